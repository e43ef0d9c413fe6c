import type { RotateKeyOnDemandCommandInput, RotateKeyOnDemandCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { refuseReplica } from '../multi-region.ts';
import { requireRotations, rotateOnDemand } from '../rotation.ts';

/**
 * Has the key material rotated now, whether or not it is rotated by itself; 25 times in the life of a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
 */
export const rotateKeyOnDemand = (
  kms: Kms,
): Operation<
  'RotateKeyOnDemand',
  Input<RotateKeyOnDemandCommandInput>,
  Output<RotateKeyOnDemandCommandOutput>,
  KmsKey
> => ({
  name: 'RotateKeyOnDemand',
  access: (input, call) => ({ resource: kms.keys.resolve(input.KeyId, call) }),
  handle: (_input, key, { tx, now }) => {
    requireRotations('RotateKeyOnDemand', key);
    key.requireState('RotateKeyOnDemand');
    refuseReplica(key);
    rotateOnDemand(tx, kms, key, now);
    return { KeyId: key.arn };
  },
});
