import assert from 'node:assert/strict';
import { constants, createPublicKey, generateKeyPair, hash, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { importInto } from '../import-into.ts';
import { type Check, refused, type Stage } from '../stage.ts';

/** A kind of key that signs: how OpenSSL makes one and signs with it, as Node has it, and what KMS calls that. */
interface Signer {
  readonly KeySpec: string;
  readonly SigningAlgorithm: string;
  readonly generate: () => Promise<KeyObject>;
  /** Of the message that is signed; absent: the algorithm does that itself. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  readonly pss?: true;
  /** What else than the message may be sent. */
  readonly other?: 'DIGEST' | 'EXTERNAL_MU';
}

// On a thread: while the event loop stands still, other checks' connections would be given up.
const generated = promisify(generateKeyPair);
const rsa = (modulusLength: number) => async () => (await generated('rsa', { modulusLength })).privateKey;
const ec = (namedCurve: string) => async () => (await generated('ec', { namedCurve })).privateKey;
const mlDsa = (parameters: '44' | '65' | '87'): Signer => ({
  KeySpec: `ML_DSA_${parameters}`,
  SigningAlgorithm: 'ML_DSA_SHAKE_256',
  generate: async () => (await generated(`ml-dsa-${parameters}` as 'ml-dsa-44', undefined)).privateKey,
  other: 'EXTERNAL_MU',
});
const ofDigest = (KeySpec: string, SigningAlgorithm: string, generate: Signer['generate']): Signer => ({
  KeySpec,
  SigningAlgorithm,
  generate,
  hash: `sha${SigningAlgorithm.slice(-3)}` as 'sha256',
  ...(SigningAlgorithm.includes('PSS') && { pss: true }),
  other: 'DIGEST',
});

const signers: readonly Signer[] = [
  ofDigest('RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', rsa(2048)),
  ofDigest('RSA_3072', 'RSASSA_PSS_SHA_384', rsa(3072)),
  ofDigest('RSA_4096', 'RSASSA_PSS_SHA_512', rsa(4096)),
  ofDigest('ECC_NIST_P256', 'ECDSA_SHA_256', ec('P-256')),
  ofDigest('ECC_NIST_P384', 'ECDSA_SHA_384', ec('P-384')),
  ofDigest('ECC_NIST_P521', 'ECDSA_SHA_512', ec('P-521')),
  ofDigest('ECC_SECG_P256K1', 'ECDSA_SHA_256', ec('secp256k1')),
  {
    KeySpec: 'ECC_NIST_EDWARDS25519',
    SigningAlgorithm: 'ED25519_SHA_512',
    generate: async () => (await generated('ed25519', undefined)).privateKey,
  },
  ...(['44', '65', '87'] as const).map(mlDsa),
];

/** Signatures and MACs, made and checked inside and outside. */
export const signatureChecks: readonly Check[] = [
  ...signers.map((signer) => ({
    id: 'KMS-06',
    sentence: `openssl verifies what ${signer.KeySpec} signs, and verify what openssl signs, ${signer.other ? `message or ${signer.other}, ` : ''}and not when altered`,
    run: (stage: Stage) => signsAndVerifies(stage, signer),
  })),
  {
    id: 'KMS-06',
    sentence: 'a MAC verifies, and not when altered',
    run: async (stage) => {
      const { KeyId } = await stage.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
      const input = { KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from('a message') };
      const { Mac } = await stage.call('GenerateMac', input);
      assert.equal((await stage.call('VerifyMac', { ...input, Mac })).MacValid, true);
      await refused(stage.call('VerifyMac', { ...input, Mac: Buffer.alloc(32) }), 'KMSInvalidMacException', noMessage);
    },
  },
];

/** These errors come without one, for which the JavaScript SDK puts its own word. */
const noMessage = /^(?:UnknownError|)$/;

const signsAndVerifies = async (stage: Stage, signer: Signer): Promise<void> => {
  const { KeySpec, SigningAlgorithm } = signer;
  const privateKey = await signer.generate();
  const { KeyId } = await stage.key({ KeySpec, KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' });
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  await importInto({ call: stage.arrange.bind(stage) }, KeyId, pkcs8, 'RSA_AES_KEY_WRAP_SHA_256');
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  assert.deepEqual((await stage.call('GetPublicKey', { KeyId })).PublicKey, spki);

  const message = Buffer.from(`signed by ${KeySpec}`);
  const scheme = { key: createPublicKey(privateKey), ...(signer.pss && pss) };
  const asMessage = { KeyId, SigningAlgorithm, Message: message, MessageType: 'RAW' };
  const asOther = { KeyId, SigningAlgorithm, Message: otherForm(signer, message, spki), MessageType: signer.other };
  // What signs one form verifies the other; every second kind of key the other way round.
  const [signed, verified] = !signer.other
    ? [asMessage, asMessage]
    : signers.indexOf(signer) % 2 === 0
      ? [asMessage, asOther]
      : [asOther, asMessage];
  const { Signature } = await stage.call('Sign', signed);
  assert.ok(verify(signer.hash, message, scheme, Signature));
  const outside = sign(signer.hash, message, { key: privateKey, ...(signer.pss && pss) });
  assert.equal((await stage.call('Verify', { ...verified, Signature: outside })).SignatureValid, true);
  const altered = Buffer.from(outside);
  altered[20]! ^= 1;
  const verifying = stage.call('Verify', { ...verified, Signature: altered });
  await refused(verifying, 'KMSInvalidSignatureException', noMessage);
};

/** The salt is as long as the digest. */
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** The digest of a message, or its representative. @see FIPS 204 §6.2 */
const otherForm = (signer: Signer, message: Buffer, spki: Buffer): Buffer => {
  if (signer.hash) return hash(signer.hash, message, 'buffer');
  const shake = (bytes: Buffer) => hash('shake256', bytes, { outputEncoding: 'buffer', outputLength: 64 });
  // 22 bytes of SubjectPublicKeyInfo before the key; no context.
  return shake(Buffer.concat([shake(spki.subarray(22)), Buffer.alloc(2), message]));
};
