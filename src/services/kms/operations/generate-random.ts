import type { GenerateRandomCommandInput, GenerateRandomCommandOutput } from '@aws-sdk/client-kms';
import { randomBytes } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { noKey } from '../conditions.ts';
import type { Kms } from '../kms.ts';
import { answerSecret, withRecipient } from '../recipient.ts';

/**
 * Returns 1 to 1,024 random bytes.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html
 */
export const generateRandom = ({
  recipients,
}: Kms): Operation<'GenerateRandom', Input<GenerateRandomCommandInput>, Output<GenerateRandomCommandOutput>> => ({
  name: 'GenerateRandom',
  access: (input, call) => ({ resource: noKey(call), conditions: withRecipient({}, recipients.find(input, call.now)) }),
  handle: (input, _resource, call) => {
    const recipient = recipients.find(input, call.now);
    if (input.NumberOfBytes === undefined) throw fault('ValidationException', 'NumberOfBytes is required.');
    if (input.CustomKeyStoreId !== undefined) {
      throw fault('CustomKeyStoreNotFoundException', `Custom key store ${input.CustomKeyStoreId} does not exist.`);
    }
    return answerSecret('Plaintext', randomBytes(input.NumberOfBytes), recipient);
  },
});
