import type { GetKeyRotationStatusCommandInput, GetKeyRotationStatusCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requireRotations } from '../rotation.ts';

/**
 * Tells whether the key material is rotated by itself, how often, and when next. A key that is pending deletion is not, nor
 * is an asymmetric or HMAC key: AWS says so, where the other operations refuse it (the Terraform provider asks of every key).
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
export const getKeyRotationStatus = ({
  keys,
}: Kms): Operation<
  'GetKeyRotationStatus',
  Input<GetKeyRotationStatusCommandInput>,
  Output<GetKeyRotationStatusCommandOutput>,
  KmsKey
> => ({
  name: 'GetKeyRotationStatus',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (_input, key) => {
    if (key.record.keySpec === 'SYMMETRIC_DEFAULT') requireRotations('GetKeyRotationStatus', key);
    key.requireState('GetKeyRotationStatus');
    const { id, state, rotation, onDemandRotationAt } = key.record;
    const enabled = state === 'PendingDeletion' || state === 'PendingReplicaDeletion' ? undefined : rotation;
    return {
      KeyRotationEnabled: enabled !== undefined,
      KeyId: id,
      ...(enabled && { RotationPeriodInDays: enabled.periodDays, NextRotationDate: new Date(enabled.nextAt) }),
      ...(onDemandRotationAt !== undefined && { OnDemandRotationStartDate: new Date(onDemandRotationAt) }),
    };
  },
});
