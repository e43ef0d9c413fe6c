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
  const encoded = encode(context);
  // A count in front, and a length before each key and value.
  const pairs = encoded.readUInt32BE(0);
  if (encoded.length - 4 - 8 * pairs > maxBytes)
    throw fault('ValidationException', `EncryptionContext must not be larger than ${maxBytes} bytes.`);
  return encoded;
};

const encode = (context: EncryptionContext | undefined): Buffer => {
  try {
    return encodeStringMap(context);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fault('ValidationException', 'EncryptionContext contains invalid characters.', { cause });
  }
};
