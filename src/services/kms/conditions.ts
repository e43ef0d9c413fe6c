import type { Tag } from '@aws-sdk/client-kms';
import type { Call } from '../../kernel/call.ts';
import type { Access, Conditions, Resource } from '../../kernel/operation.ts';
import { requestTagConditions, taggedFromTheStart } from '../../kernel/request-tags.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { GrantConstraint } from './grant-constraints.ts';
import { keyArn } from './key-arn.ts';

/** Members of cryptographic operations that condition keys speak of. */
interface CryptographicInput {
  readonly KeyId?: string | undefined;
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly EncryptionAlgorithm?: string | undefined;
}

/**
 * Condition keys of operations that take an encryption context.
 *
 * @see KMS developer guide: "kms:EncryptionContext:context-key", "kms:EncryptionContextKeys", "kms:EncryptionAlgorithm"
 */
export const encryptionConditions = (input: CryptographicInput): Conditions => {
  const conditions: Record<string, string | readonly string[] | undefined> = {
    'kms:EncryptionAlgorithm': input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
    'kms:RequestAlias': requestAlias(input.KeyId),
  };
  return input.EncryptionContext ? Object.assign(conditions, contextConditions(input.EncryptionContext)) : conditions;
};

/** `kms:EncryptionContext:…` and `kms:EncryptionContextKeys` */
const contextConditions = (context: EncryptionContext): Conditions => {
  const conditions: Record<string, string | readonly string[] | undefined> = {};
  const keys = Object.keys(context);
  if (keys.length > 0) conditions['kms:EncryptionContextKeys'] = keys;
  for (const key of keys) conditions[`kms:EncryptionContext:${key}`] = context[key];
  return conditions;
};

/** `kms:RequestAlias`: the alias name when the request named the key by alias or alias ARN. */
export const requestAlias = (keyId: string | undefined): string | undefined => {
  if (keyId === undefined || keyId.startsWith('alias/')) return keyId;
  const at = keyId.startsWith('arn:') ? keyId.indexOf(':alias/') : -1;
  return at < 0 ? undefined : keyId.slice(at + 1);
};

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export const tagsOfRequest = (tags: readonly Tag[]): Conditions => requestTagConditions(givenTags(tags));

/** Tags as other services write them. */
const givenTags = (tags: readonly Tag[]) => tags.map(({ TagKey: Key, TagValue: Value }) => ({ Key, Value }));

/** `aws:TagKeys`; absent when the request names no tag. */
export const tagKeysCondition = (keys: readonly string[]): Conditions =>
  keys.length === 0 ? {} : { 'aws:TagKeys': keys };

/** The resource of operations that name no key: `*` in the caller's account. */
export const noKey = ({ account }: Call): Resource => ({ arn: '*', account, conditions: aboutTheCall });

/** A key that is to be made: `*`, with the tags that it is given. */
export const newKey = (call: Call, tags: readonly Tag[]): Resource => taggedFromTheStart(noKey(call), givenTags(tags));

/**
 * What somebody is asked who makes a key with tags, for those: to tag any key of the account and Region, since the new one
 * has no ARN yet.
 *
 * @param creating what is asked for the key itself, with the conditions of the request
 * @returns nothing where it gets no tags
 * @see KMS developer guide, "Managing KMS key tags with API operations": the permission must cover all KMS keys in the account and Region
 */
export const taggingNewKey = (
  creating: { readonly conditions: Conditions },
  tags: readonly Tag[],
  { account, region: home }: Call,
  region = home,
): readonly Access[] => {
  if (tags.length === 0) return [];
  const anyKey = { arn: keyArn({ account, region, id: '*' }), account, conditions: aboutTheCall };
  const resource = taggedFromTheStart(anyKey, givenTags(tags));
  return [{ action: 'kms:TagResource', resource, conditions: creating.conditions, deniedOn: '' }];
};

/** `kms:CallerAccount` and `kms:ViaService`, whatever the resource. */
export const aboutTheCall = ({ caller, via, region }: Call): Conditions => ({
  'kms:CallerAccount': caller.account,
  'kms:ViaService': via && viaService(via.at(-1)!, region),
});

/** `ssm.amazonaws.com` as the condition key has it: `ssm.eu-west-2.amazonaws.com`. */
const viaService = (service: string, region: string): string => service.replace('.', `.${region}.`);

/** Condition keys of the constraint that a grant has. @see KMS developer guide: "kms:GrantConstraintType" */
export const constraintConditions = (constraint: GrantConstraint | undefined): Conditions => ({
  ...(constraint && contextConditions(constraint.context)),
  'kms:GrantConstraintType': constraint?.type,
});

/** `kms:GrantIsForAWSResource`: a service of AWS asks on behalf of the caller, for a grant to itself. */
export const grantIsForAwsResource = ({ via }: Call): Conditions => ({
  'kms:GrantIsForAWSResource': String(via !== undefined),
});

/** Condition keys of Sign and Verify. @see KMS developer guide: "kms:MessageType", "kms:SigningAlgorithm" */
export const signingConditions = (input: {
  readonly KeyId: string;
  readonly MessageType?: string | undefined;
  readonly SigningAlgorithm: string;
}): Conditions => ({
  'kms:MessageType': input.MessageType ?? 'RAW',
  'kms:RequestAlias': requestAlias(input.KeyId),
  'kms:SigningAlgorithm': input.SigningAlgorithm,
});

/** Condition keys of GenerateMac and VerifyMac. @see KMS developer guide: "kms:MacAlgorithm" */
export const macConditions = (input: { readonly KeyId: string; readonly MacAlgorithm: string }): Conditions => ({
  'kms:MacAlgorithm': input.MacAlgorithm,
  'kms:RequestAlias': requestAlias(input.KeyId),
});
