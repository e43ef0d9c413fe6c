import type { UpdatePrimaryRegionCommandInput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requirePrimary } from '../multi-region.ts';
import { swapPrimary } from '../replication.ts';

/**
 * Makes the replica of a Region the primary key, and the primary key a replica.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
 */
export const updatePrimaryRegion = (
  kms: Kms,
): Operation<
  'UpdatePrimaryRegion',
  Input<UpdatePrimaryRegionCommandInput>,
  Record<string, never>,
  readonly [KmsKey, KmsKey]
> => ({
  name: 'UpdatePrimaryRegion',
  access: (input, call) => {
    const conditions = { 'kms:PrimaryRegion': input.PrimaryRegion };
    const primary = kms.keys.resolve(input.KeyId, call);
    const replica = kms.keys.resolveRelated(primary, input.PrimaryRegion, call.tx);
    return [
      { resource: primary, conditions },
      { resource: replica, conditions },
    ];
  },
  handle: (_input, [primary, replica], { tx, now }) => {
    primary.requireState('UpdatePrimaryRegion');
    requirePrimary(primary);
    if (replica.arn === primary.arn) {
      throw fault('UnsupportedOperationException', `${primary.arn} is the primary key already.`);
    }
    replica.requireState('UpdatePrimaryRegion');
    swapPrimary(tx, kms, primary, replica, now);
    return {};
  },
});
