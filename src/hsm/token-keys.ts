import type { PKCS11, Template } from 'pkcs11js';
import { HsmError } from './hsm-error.ts';

type Library = typeof import('pkcs11js');

/** RFC 3394 adds eight bytes to the 32 of the message key. */
const wrappedBytes = 40;
const tagBytes = 16;
/** A message key encrypts one message. */
const iv = Buffer.alloc(12);

/** Makes an AES-256 key that wraps message keys, and never leaves the token. @param id 64 hexadecimal digits */
export const generateKey = (
  library: PKCS11,
  ids: Library,
  session: Buffer,
  { id, label }: { readonly id: string; readonly label: string },
): void => {
  library.C_GenerateKey(session, { mechanism: ids.CKM_AES_KEY_GEN }, [
    { type: ids.CKA_TOKEN, value: true },
    { type: ids.CKA_PRIVATE, value: true },
    { type: ids.CKA_SENSITIVE, value: true },
    { type: ids.CKA_EXTRACTABLE, value: false },
    { type: ids.CKA_WRAP, value: true },
    { type: ids.CKA_UNWRAP, value: true },
    { type: ids.CKA_ENCRYPT, value: false },
    { type: ids.CKA_DECRYPT, value: false },
    { type: ids.CKA_VALUE_LEN, value: 32 },
    { type: ids.CKA_ID, value: Buffer.from(id, 'hex') },
    { type: ids.CKA_LABEL, value: label },
  ]);
};

/**
 * Encrypts in the token: a message key that is made for it alone, wrapped under the key (RFC 3394), then the message under
 * the message key (AES-256-GCM). docs/formats/custom-key-store-ciphertext.md
 */
export const seal = (
  library: PKCS11,
  ids: Library,
  session: Buffer,
  key: Buffer,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Buffer => {
  const messageKey = library.C_GenerateKey(session, { mechanism: ids.CKM_AES_KEY_GEN }, [
    ...messageKeyTemplate(ids),
    // It leaves the token once, wrapped.
    { type: ids.CKA_EXTRACTABLE, value: true },
    { type: ids.CKA_VALUE_LEN, value: 32 },
  ]);
  try {
    const mechanism = { mechanism: ids.CKM_AES_KEY_WRAP };
    const wrapped = library.C_WrapKey(session, mechanism, key, messageKey, Buffer.alloc(wrappedBytes));
    library.C_EncryptInit(session, gcm(ids, aad), messageKey);
    const message = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
    return Buffer.concat([wrapped, library.C_Encrypt(session, message, Buffer.alloc(plaintext.length + tagBytes))]);
  } finally {
    library.C_DestroyObject(session, messageKey);
  }
};

/** The inverse of {@link seal}. @throws {HsmError} altered; or what the library throws */
export const openSealed = (
  library: PKCS11,
  ids: Library,
  session: Buffer,
  key: Buffer,
  sealed: Uint8Array,
  aad: Uint8Array,
): Buffer => {
  if (sealed.length < wrappedBytes + tagBytes) throw new HsmError('altered', 'the ciphertext is too short');
  const wrapped = Buffer.from(sealed.subarray(0, wrappedBytes));
  const messageKey = library.C_UnwrapKey(session, { mechanism: ids.CKM_AES_KEY_WRAP }, key, wrapped, [
    { type: ids.CKA_CLASS, value: ids.CKO_SECRET_KEY },
    { type: ids.CKA_KEY_TYPE, value: ids.CKK_AES },
    ...messageKeyTemplate(ids),
    { type: ids.CKA_EXTRACTABLE, value: false },
  ]);
  try {
    library.C_DecryptInit(session, gcm(ids, aad), messageKey);
    const ciphertext = Buffer.from(sealed.subarray(wrappedBytes));
    return library.C_Decrypt(session, ciphertext, Buffer.alloc(ciphertext.length));
  } finally {
    library.C_DestroyObject(session, messageKey);
  }
};

const messageKeyTemplate = (ids: Library): Template => [
  { type: ids.CKA_TOKEN, value: false },
  { type: ids.CKA_PRIVATE, value: true },
  { type: ids.CKA_SENSITIVE, value: true },
  { type: ids.CKA_ENCRYPT, value: true },
  { type: ids.CKA_DECRYPT, value: true },
];

const gcm = (ids: Library, aad: Uint8Array) => ({
  mechanism: ids.CKM_AES_GCM,
  parameter: {
    type: ids.CK_PARAMS_AES_GCM,
    iv,
    ivBits: iv.length * 8,
    aad: Buffer.from(aad),
    tagBits: tagBytes * 8,
  },
});
