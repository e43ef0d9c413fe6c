import type { CreateKeyCommandInput, CreateKeyCommandOutput, KeySpec } from '@aws-sdk/client-kms';
import { type Eventually, eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { newKey, taggingNewKey, tagsOfRequest } from '../conditions.ts';
import { isForCustomKeyStore, newOutsideRecord } from '../custom-store-keys.ts';
import { toKeyMetadata } from '../key-metadata.ts';
import { acceptKeyPolicy, defaultKeyPolicy, requireNoLockout } from '../key-policy.ts';
import type { KeyRecord } from '../key-record.ts';
import { type KeySpecRow, keySpecs } from '../key-specs.ts';
import type { Kms } from '../kms.ts';
import { newKeyId, newKeyRecord, newMaterial } from '../new-key.ts';
import { addTags } from '../tags.ts';

/**
 * Creates a KMS key in the caller's account and Region.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export const createKey = ({
  keys,
  principals,
  keyWrap,
  stores,
}: Kms): Operation<'CreateKey', Input<CreateKeyCommandInput>, Output<CreateKeyCommandOutput>, readonly Resource[]> => ({
  name: 'CreateKey',
  access: (input, call) => {
    const { Tags = [] } = input;
    const creating = {
      resource: newKey(call, Tags),
      conditions: {
        ...tagsOfRequest(Tags),
        'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
        'kms:CustomerMasterKeySpec': specOf(input),
        'kms:CustomerMasterKeyUsage': input.KeyUsage ?? 'ENCRYPT_DECRYPT',
        'kms:KeyOrigin': input.Origin ?? 'AWS_KMS',
        'kms:KeySpec': specOf(input),
        'kms:KeyUsage': input.KeyUsage ?? 'ENCRYPT_DECRYPT',
        'kms:MultiRegion': String(input.MultiRegion ?? false),
        'kms:MultiRegionKeyType': input.MultiRegion ? 'PRIMARY' : undefined,
      },
    };
    return [creating, ...taggingNewKey(creating, Tags, call)];
  },
  handle: (input, _resources, call) => {
    const keySpec = specOf(input);
    const row = requireSupported(input, keySpec);
    const keyUsage = (input.KeyUsage ?? row.defaultUsage)!;
    const { account, region, tx, now } = call;
    const policy =
      input.Policy === undefined ? defaultKeyPolicy(account) : acceptKeyPolicy(input.Policy, tx, principals);
    const tags = addTags({}, input.Tags ?? []);
    const description = input.Description ?? '';
    const multiRegion = input.MultiRegion ?? false;
    const chosen = { account, region, policy, description, tags, keySpec, keyUsage };
    const ofKms = (): Eventually<KeyRecord> =>
      eventually(input.Origin === 'EXTERNAL' ? undefined : newMaterial(row.material, input), (material) =>
        newKeyRecord({ ...chosen, id: newKeyId(multiRegion), material, multiRegion }, keyWrap, now),
      );
    const made = isForCustomKeyStore(input) ? newOutsideRecord({ stores, keyWrap }, chosen, input, call) : ofKms();
    return eventually(made, (record) => {
      const key = keys.create(tx, record);
      // The default policy always lets its account in.
      if (input.Policy !== undefined && !input.BypassPolicyLockoutSafetyCheck) requireNoLockout(key.policy, key, call);
      return { KeyMetadata: toKeyMetadata(key) };
    });
  },
  made: ({ KeyMetadata }, { account }) => ({ accountId: account, type: 'AWS::KMS::Key', ARN: KeyMetadata!.Arn! }),
});

const specOf = (input: CreateKeyCommandInput): KeySpec =>
  input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';

/** @throws {Fault} for combinations that make no key, and for keys that this server cannot make */
const requireSupported = (input: CreateKeyCommandInput, spec: KeySpec): KeySpecRow => {
  if (input.KeySpec && input.CustomerMasterKeySpec && input.KeySpec !== input.CustomerMasterKeySpec) {
    throw fault(
      'ValidationException',
      'KeySpec and CustomerMasterKeySpec must not differ: CustomerMasterKeySpec is the deprecated name of KeySpec.',
    );
  }
  const row = keySpecs[spec];
  if (input.KeyUsage === undefined && !row?.defaultUsage) {
    throw fault(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    );
  }
  if (!row) throw fault('ValidationException', `KeySpec ${spec} is not supported in this Region.`);
  if (input.KeyUsage && !row.usages[input.KeyUsage]) {
    throw fault('ValidationException', `KeyUsage ${input.KeyUsage} is not compatible with KeySpec ${spec}`);
  }
  return row;
};
