import type { EnableKeyRotationCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { refuseReplica } from '../multi-region.ts';
import { enableRotation, requireRotatable } from '../rotation.ts';

/**
 * Has the key material rotated by itself, every 90 to 2,560 days.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
export const enableKeyRotation = (
  kms: Kms,
): Operation<'EnableKeyRotation', Input<EnableKeyRotationCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'EnableKeyRotation',
  access: (input, call) => ({
    resource: kms.keys.resolve(input.KeyId, call),
    conditions: { 'kms:RotationPeriodInDays': String(periodOf(input)) },
  }),
  handle: (input, key, { tx, now }) => {
    requireRotatable('EnableKeyRotation', key);
    key.requireState('EnableKeyRotation');
    refuseReplica(key);
    enableRotation(tx, kms, key, periodOf(input), now);
    return {};
  },
});

const periodOf = ({ RotationPeriodInDays = 365 }: EnableKeyRotationCommandInput): number => RotationPeriodInDays;
