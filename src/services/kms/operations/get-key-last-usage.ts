import type { GetKeyLastUsageCommandInput, GetKeyLastUsageCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Tells which cryptographic operation used a key last. Uses are tracked from the key's creation.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html
 */
export const getKeyLastUsage = ({
  keys,
  uses,
}: Kms): Operation<
  'GetKeyLastUsage',
  Input<GetKeyLastUsageCommandInput>,
  Output<GetKeyLastUsageCommandOutput>,
  KmsKey
> => ({
  name: 'GetKeyLastUsage',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (_input, { record, arn }, { tx }) => {
    const use = uses.find(tx, record, arn);
    const createdAt = new Date(record.createdAt);
    return {
      KeyId: record.id,
      ...(use && { KeyLastUsage: use }),
      TrackingStartDate: createdAt,
      KeyCreationDate: createdAt,
    };
  },
});
