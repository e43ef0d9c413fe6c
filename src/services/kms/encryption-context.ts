import { encodeStringMap } from '../../crypto/aad.ts';
import { fault } from '../../kernel/fault.ts';

/** Key-value pairs that are authenticated with the ciphertext and not secret. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** Most UTF-8 bytes of all keys and values together. */
const maxBytes = 8192;

/**
 * The bytes that an encryption context adds to the AAD; equal for equal pairs in any order.
 *
 * @throws {Fault} ValidationException above 8192 bytes, or for text that has no UTF-8
 */
export const encodeEncryptionContext = (context: EncryptionContext | undefined): Buffer => {
  let bytes = 0;
  for (const key in context) {
    const value = context[key]!;
    if (!key.isWellFormed() || !value.isWellFormed())
      throw fault('ValidationException', 'EncryptionContext contains invalid characters.');
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxBytes)
    throw fault('ValidationException', `EncryptionContext must not be larger than ${maxBytes} bytes.`);
  return encodeStringMap(context);
};
