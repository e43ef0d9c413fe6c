import type { CancelKeyDeletionCommandInput, CancelKeyDeletionCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { cancelDeletion } from '../deletion.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Takes a key back from deletion. It is disabled then, whatever it was before.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 */
export const cancelKeyDeletion = ({
  keys,
}: Kms): Operation<
  'CancelKeyDeletion',
  Input<CancelKeyDeletionCommandInput>,
  Output<CancelKeyDeletionCommandOutput>,
  KmsKey
> => ({
  name: 'CancelKeyDeletion',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (_input, key, { tx }) => {
    key.requireState('CancelKeyDeletion');
    cancelDeletion(tx, keys, key);
    return { KeyId: key.arn };
  },
});
