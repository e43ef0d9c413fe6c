import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { KmsKey } from './kms-key.ts';

/** What the GenerateDataKey operations are given. */
interface DataKeyInput {
  readonly NumberOfBytes?: number | undefined;
  readonly KeySpec?: string | undefined;
  readonly EncryptionContext?: EncryptionContext | undefined;
}

const bytesOfSpec: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

/**
 * How long the data key shall be.
 *
 * @throws {Fault} ValidationException unless exactly one of length and spec is given
 */
export const dataKeyBytes = ({ NumberOfBytes, KeySpec }: DataKeyInput): number => {
  if ((NumberOfBytes === undefined) === (KeySpec === undefined)) {
    throw fault('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  return NumberOfBytes ?? bytesOfSpec[KeySpec!]!;
};

/** Makes a data key; the caller clears `plaintext` unless it is the answer. */
export const generateDataKeyUnder = (
  key: KmsKey,
  bytes: number,
  context: EncryptionContext | undefined,
): Eventually<{ readonly plaintext: Buffer; readonly ciphertext: Buffer }> => {
  return eventually(key.random(bytes), (plaintext) =>
    eventually(key.encrypt(plaintext, context), (ciphertext) => ({ plaintext, ciphertext })),
  );
};
