import type { GenerateRandomCommandInput, GenerateRandomCommandOutput } from '@aws-sdk/client-kms';
import { randomBytes } from '../../../crypto/random.ts';
import { type Eventually, eventually } from '../../../kernel/eventually.ts';
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
  stores,
}: Kms): Operation<'GenerateRandom', Input<GenerateRandomCommandInput>, Output<GenerateRandomCommandOutput>> => ({
  name: 'GenerateRandom',
  access: (input, call) => ({ resource: noKey(call), conditions: withRecipient({}, recipients.find(input, call.now)) }),
  handle: (input, _resource, call) => {
    const recipient = recipients.find(input, call.now);
    if (input.NumberOfBytes === undefined) throw fault('ValidationException', 'NumberOfBytes is required.');
    const { CustomKeyStoreId: id, NumberOfBytes: count } = input;
    const random: Eventually<Buffer> =
      id === undefined ? randomBytes(count) : stores.random(call, stores.getConnected(call, id), count);
    return eventually(random, (bytes) => answerSecret('Plaintext', bytes, recipient));
  },
});
