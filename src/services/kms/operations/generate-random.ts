import type { GenerateRandomCommandInput, GenerateRandomCommandOutput } from '@aws-sdk/client-kms';
import { randomBytes } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { noKey } from '../conditions.ts';
import { refuseRecipient } from '../recipient.ts';

/**
 * Returns 1 to 1,024 random bytes.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html
 */
export const generateRandom = (): Operation<
  'GenerateRandom',
  Input<GenerateRandomCommandInput>,
  Output<GenerateRandomCommandOutput>
> => ({
  name: 'GenerateRandom',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input) => {
    refuseRecipient(input, 'UnsupportedOperationException');
    if (input.NumberOfBytes === undefined) throw fault('ValidationException', 'NumberOfBytes is required.');
    if (input.CustomKeyStoreId !== undefined) {
      throw fault('CustomKeyStoreNotFoundException', `Custom key store ${input.CustomKeyStoreId} does not exist.`);
    }
    return { Plaintext: randomBytes(input.NumberOfBytes) };
  },
});
