import { constants, createCipheriv, createSecretKey, hash, type KeyObject, publicEncrypt } from 'node:crypto';
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSet, readDer } from './der.ts';
import { randomBytes } from './random.ts';

/**
 * Encrypts content to an RSA public key: CMS EnvelopedData with RSAES-OAEP (SHA-256, MGF1 with SHA-256) and AES-256-CBC, DER.
 * The recipient is named by its key identifier (SHA-1 of its public key).
 *
 * @param publicKey RSA
 * @see RFC 5652 §6, RFC 8017 §A.2.1, RFC 5280 §4.2.1.2 method 1
 */
export const envelop = (content: Uint8Array, publicKey: KeyObject): Buffer => {
  const contentKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createSecretKey(contentKey), iv);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  const encryptedKey = publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    contentKey,
  );
  contentKey.fill(0);
  const recipient = derSequence(
    version2,
    derElement(0x80, keyIdentifier(publicKey)),
    rsaesOaepSha256,
    derOctetString(encryptedKey),
  );
  const aes256Cbc = derSequence(derOid('2.16.840.1.101.3.4.1.42'), derOctetString(iv));
  const encryptedContentInfo = derSequence(derOid('1.2.840.113549.1.7.1'), aes256Cbc, derElement(0x80, encrypted));
  const envelopedData = derSequence(version2, derSet(recipient), encryptedContentInfo);
  return derSequence(derOid('1.2.840.113549.1.7.3'), derElement(0xa0, envelopedData));
};

const version2 = derInteger(Uint8Array.of(2));

const sha256 = derSequence(derOid('2.16.840.1.101.3.4.2.1'), derNull);
const mgf1Sha256 = derSequence(derOid('1.2.840.113549.1.1.8'), sha256);
const rsaesOaepSha256 = derSequence(
  derOid('1.2.840.113549.1.1.7'),
  derSequence(derElement(0xa0, sha256), derElement(0xa1, mgf1Sha256)),
);

const keyIdentifier = (publicKey: KeyObject): Buffer => {
  const algorithm = readDer(readDer(publicKey.export({ format: 'der', type: 'spki' }), 0x30)!.content, 0x30)!;
  return hash('sha1', readDer(algorithm.rest, 0x03)!.content.subarray(1), 'buffer');
};
