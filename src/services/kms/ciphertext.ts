import { crc32 } from 'node:zlib';

/**
 * What key material sealed it with: 1, XAES-256-GCM; 0, the derived-key AEAD. Ciphertexts of custom key stores are sealed
 * elsewhere: docs/formats/kms-ciphertext.md.
 */
export type CiphertextVersion = 0 | 1;

/** What a ciphertext says of itself before anything is decrypted; nothing of it is authenticated until then. */
export interface Ciphertext {
  readonly version: CiphertextVersion;
  readonly account: string;
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly keyMaterialId: string;
  /** Everything before the sealed part; bound as AAD. */
  readonly header: Buffer;
  /** Nonce, ciphertext and tag. */
  readonly sealed: Buffer;
}

const magic = Buffer.from('0102020078', 'hex');
const versionAt = magic.length;
const accountAt = versionAt + 1;
const accountBytes = 5;
const materialAt = accountAt + accountBytes;
const idLengthAt = materialAt + 32;
const idAt = idLengthAt + 1;
const checksumBytes = 4;

/**
 * The bytes before the sealed part: the same for every ciphertext under one key material. Layout in
 * docs/formats/kms-ciphertext.md.
 *
 * @param keyId 1 to 255 ASCII characters
 * @param keyMaterialId 64 hexadecimal digits
 */
export const formatHeader = (
  version: CiphertextVersion,
  account: string,
  keyId: string,
  keyMaterialId: string,
): Buffer => {
  const checksumAt = idAt + keyId.length;
  const header = Buffer.alloc(checksumAt + checksumBytes);
  magic.copy(header);
  header[versionAt] = version;
  header.writeUIntBE(Number(account), accountAt, accountBytes);
  header.write(keyMaterialId, materialAt, 'hex');
  header[idLengthAt] = keyId.length;
  header.write(keyId, idAt, 'latin1');
  header.writeUInt32BE(crc32(header.subarray(0, checksumAt)), checksumAt);
  return header;
};

/**
 * Takes a ciphertext apart.
 *
 * @returns undefined when the bytes are not a ciphertext of ours; a damaged header is told from one that names an unknown
 *   key by its checksum
 */
export const parseCiphertext = (blob: Uint8Array): Ciphertext | undefined => {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length <= idAt || bytes.compare(magic, 0, magic.length, 0, magic.length) !== 0) return undefined;
  const checksumAt = idAt + bytes[idLengthAt]!;
  const sealedAt = checksumAt + checksumBytes;
  if (bytes.length <= sealedAt || crc32(bytes.subarray(0, checksumAt)) !== bytes.readUInt32BE(checksumAt))
    return undefined;
  const version = bytes[versionAt];
  if (version !== 0 && version !== 1) return undefined;
  return {
    version,
    account: String(bytes.readUIntBE(accountAt, accountBytes)).padStart(12, '0'),
    keyId: bytes.toString('latin1', idAt, checksumAt),
    keyMaterialId: bytes.toString('hex', materialAt, idLengthAt),
    header: bytes.subarray(0, sealedAt),
    sealed: bytes.subarray(sealedAt),
  };
};
