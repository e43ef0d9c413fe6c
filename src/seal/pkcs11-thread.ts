import { parentPort, workerData } from 'node:worker_threads';
import type { PKCS11 } from 'pkcs11js';
import type { TokenSettings } from './method.ts';

/** What the token is asked: to encrypt the seal key, making its own key at need, or to decrypt it. */
export interface TokenRequest {
  readonly kind: 'wrap' | 'unwrap';
  readonly token: TokenSettings;
  /** 16 hex digits: the seal that the ciphertext is bound to. */
  readonly id: string;
  readonly iv: Uint8Array;
  readonly bytes: Uint8Array;
}

/** `wrong`: what was given is wrong, not the set-up. */
export type TokenAnswer = { readonly bytes: Uint8Array } | { readonly error: string; readonly wrong: boolean };

const tagBytes = 16;

const answerTo = async ({ kind, token, id, iv, bytes }: TokenRequest): Promise<TokenAnswer> => {
  const { default: pkcs11js } = await import('pkcs11js');
  const library = new pkcs11js.PKCS11();
  try {
    library.load(token.module);
  } catch {
    return { error: `the PKCS#11 library ${token.module} cannot be loaded`, wrong: false };
  }
  library.C_Initialize();
  try {
    const slot = library
      .C_GetSlotList(true)
      .find((candidate) => library.C_GetTokenInfo(candidate).label.trim() === token.token);
    if (!slot) return { error: `there is no token "${token.token}": is it plugged in?`, wrong: false };
    const session = library.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
    library.C_Login(session, pkcs11js.CKU_USER, token.pin);
    const key =
      findKey(library, session, token.object, pkcs11js) ??
      (kind === 'wrap' ? makeKey(library, session, token.object, pkcs11js) : undefined);
    if (!key) return { error: `the token "${token.token}" has no key "${token.object}"`, wrong: true };
    const mechanism = {
      mechanism: pkcs11js.CKM_AES_GCM,
      parameter: {
        type: pkcs11js.CK_PARAMS_AES_GCM,
        iv: Buffer.from(iv),
        ivBits: iv.length * 8,
        aad: Buffer.concat([Buffer.from('bulwark-seal\0'), Buffer.from(id, 'hex')]),
        tagBits: tagBytes * 8,
      },
    };
    const room = Buffer.alloc(bytes.length + tagBytes);
    if (kind === 'wrap') {
      library.C_EncryptInit(session, mechanism, key);
      return { bytes: library.C_Encrypt(session, Buffer.from(bytes), room) };
    }
    library.C_DecryptInit(session, mechanism, key);
    return { bytes: library.C_Decrypt(session, Buffer.from(bytes), room) };
  } catch (error) {
    return refusal(error, token);
  } finally {
    library.C_Finalize();
    library.close();
  }
};

type Library = typeof import('pkcs11js');

const findKey = (
  library: PKCS11,
  session: Buffer,
  label: string,
  { CKA_CLASS, CKA_LABEL, CKO_SECRET_KEY }: Library,
): Buffer | undefined => {
  library.C_FindObjectsInit(session, [
    { type: CKA_CLASS, value: CKO_SECRET_KEY },
    { type: CKA_LABEL, value: label },
  ]);
  const [found] = library.C_FindObjects(session, 1);
  library.C_FindObjectsFinal(session);
  return found;
};

/** An AES-256 key that is never seen outside of the token. */
const makeKey = (library: PKCS11, session: Buffer, label: string, ids: Library): Buffer =>
  library.C_GenerateKey(session, { mechanism: ids.CKM_AES_KEY_GEN }, [
    { type: ids.CKA_TOKEN, value: true },
    { type: ids.CKA_PRIVATE, value: true },
    { type: ids.CKA_SENSITIVE, value: true },
    { type: ids.CKA_EXTRACTABLE, value: false },
    { type: ids.CKA_ENCRYPT, value: true },
    { type: ids.CKA_DECRYPT, value: true },
    { type: ids.CKA_VALUE_LEN, value: 32 },
    { type: ids.CKA_LABEL, value: label },
  ]);

const refusal = (error: unknown, token: TokenSettings): TokenAnswer => {
  const message = error instanceof Error ? error.message : String(error);
  if (/CKR_PIN_(INCORRECT|INVALID|LEN_RANGE)/.test(message))
    return {
      error: `the token "${token.token}" refuses BULWARK_SEAL_PIN; most tokens lock after a few wrong ones`,
      wrong: true,
    };
  if (/CKR_PIN_LOCKED/.test(message)) return { error: `the token "${token.token}" has locked its PIN`, wrong: true };
  if (/CKR_(ENCRYPTED_DATA|AEAD_DECRYPT|GENERAL_ERROR|DATA_INVALID)/.test(message))
    return {
      error: `the key "${token.object}" of the token is not the one that this data directory was sealed with, or seal.json was altered`,
      wrong: true,
    };
  return {
    error: `the token "${token.token}" failed: ${/CKR_\w+/.exec(message)?.[0] ?? 'unknown error'}`,
    wrong: false,
  };
};

parentPort?.postMessage(await answerTo(workerData as TokenRequest));
