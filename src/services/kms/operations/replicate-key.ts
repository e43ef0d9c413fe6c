import type { ReplicateKeyCommandInput, ReplicateKeyCommandOutput } from '@aws-sdk/client-kms';
import type { Call } from '../../../kernel/call.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Conditions, Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { newKey, taggingNewKey, tagsOfRequest } from '../conditions.ts';
import { toKeyMetadata } from '../key-metadata.ts';
import { acceptKeyPolicy, defaultKeyPolicy, displayKeyPolicy, requireNoLockout } from '../key-policy.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requirePrimary } from '../multi-region.ts';
import { replicate } from '../replication.ts';
import { addTags, toTagList } from '../tags.ts';

/**
 * Makes a key in another Region that has the id, the material and the rotation of a multi-Region primary key, and a policy,
 * tags, aliases, grants and a state of its own. Imported material is not copied.
 *
 * Who may replicate the key also needs kms:CreateKey in the other Region, and kms:TagResource for tags.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
export const replicateKey = (
  kms: Kms,
): Operation<
  'ReplicateKey',
  Input<ReplicateKeyCommandInput>,
  Output<ReplicateKeyCommandOutput>,
  readonly Resource[]
> => ({
  name: 'ReplicateKey',
  access: (input, call) => {
    const primary = kms.keys.resolve(input.KeyId, call);
    const bypass = { 'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false) };
    const replicating = { resource: primary, conditions: { ...bypass, 'kms:ReplicaRegion': input.ReplicaRegion } };
    const { Tags = [] } = input;
    const creating = {
      action: 'kms:CreateKey',
      resource: newKey(call, Tags),
      conditions: { ...bypass, ...creationConditions(primary, input, call) },
    };
    return [replicating, creating, ...taggingNewKey(creating, Tags, call, input.ReplicaRegion)];
  },
  handle: (input, [resource], call) => {
    const primary = resource as KmsKey;
    const { tx, now, account } = call;
    primary.requireState('ReplicateKey');
    requirePrimary(primary);
    requireReplicaRegion(kms, input.ReplicaRegion, primary.record.region);
    const policy =
      input.Policy === undefined ? defaultKeyPolicy(account) : acceptKeyPolicy(input.Policy, tx, kms.principals);
    const tags = addTags({}, input.Tags ?? []);
    const own = { region: input.ReplicaRegion, policy, tags, description: input.Description ?? '' };
    const replica = replicate(tx, kms, primary, own, now);
    if (input.Policy !== undefined && !input.BypassPolicyLockoutSafetyCheck) {
      requireNoLockout(replica.policy, replica, call);
    }
    return {
      ReplicaKeyMetadata: toKeyMetadata(replica),
      ReplicaPolicy: displayKeyPolicy(policy, tx, kms.principals),
      ReplicaTags: [...toTagList(tags)],
    };
  },
});

/** Of the CreateKey that goes with it. */
const creationConditions = (
  primary: Resource,
  { ReplicaRegion, Tags }: ReplicateKeyCommandInput,
  call: Call,
): Conditions => ({
  ...primary.conditions?.(call),
  ...tagsOfRequest(Tags ?? []),
  'aws:RequestedRegion': ReplicaRegion,
  'kms:MultiRegionKeyType': 'REPLICA',
  'kms:ResourceAliases': undefined,
});

/** @throws {Fault} UnsupportedOperationException */
const requireReplicaRegion = ({ hasRegion }: Kms, replicaRegion: string, primaryRegion: string): void => {
  if (partitionOf(replicaRegion) !== partitionOf(primaryRegion)) {
    throw fault('UnsupportedOperationException', `${replicaRegion} is not in the AWS partition of the primary key.`);
  }
  if (!hasRegion(replicaRegion)) throw fault('UnsupportedOperationException', `There is no Region ${replicaRegion}.`);
};

/** Regions of partitions of their own begin with its name; those of the others with a continent. */
const partitionOf = (region: string): string => region.match(/^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/)?.[0] ?? 'aws';
