import { fault } from '../../kernel/fault.ts';
import type { Conditions } from '../../kernel/operation.ts';
import { requireWithinQuota } from './quotas.ts';

/** A stored tag, as the client spelt it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What requests send: the SDK's type leaves both members open, the model requires them. */
type GivenTag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/**
 * Takes a request's tags.
 *
 * @throws {Fault} `InvalidInput` for a key given twice (IAM compares keys without case) or reserved to AWS
 */
export const parseTags = (given: readonly GivenTag[] = []): readonly Tag[] => {
  const tags = given.map(({ Key, Value }) => ({ Key: Key!, Value: Value! }));
  if (new Set(tags.map(tagKey)).size < tags.length) {
    throw fault('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (tags.some((tag) => tagKey(tag).startsWith('aws:'))) {
    throw fault('InvalidInput', 'Tag keys must not begin with "aws:", which is reserved for system tags.');
  }
  return tags;
};

/** Adds tags; one whose key is there already, in whatever case, replaces it. Sorted by key. */
export const mergeTags = (existing: readonly Tag[], added: readonly Tag[]): readonly Tag[] => {
  const replaced = new Set(added.map(tagKey));
  return [...existing.filter((tag) => !replaced.has(tagKey(tag))), ...added].sort(byKey);
};

/**
 * The tags of something after a request added some.
 *
 * @throws {Fault} `InvalidInput`, `LimitExceeded`
 */
export const taggedWith = (
  existing: readonly Tag[],
  given: readonly GivenTag[],
  quota: Extract<Parameters<typeof requireWithinQuota>[0], `TagsPer${string}`>,
): readonly Tag[] => {
  const tags = mergeTags(existing, parseTags(given));
  requireWithinQuota(quota, tags.length);
  return tags;
};

/** Removes tags; keys that are not there are no error. */
export const withoutTags = (existing: readonly Tag[], keys: readonly string[]): readonly Tag[] => {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return existing.filter((tag) => !removed.has(tagKey(tag)));
};

/** `iam:ResourceTag/…`, which users and roles have beside `aws:ResourceTag/…`. */
export const iamResourceTagConditions = (tags: readonly Tag[]): Conditions =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`iam:ResourceTag/${Key}`, Value]));

/** Tags as a record, the form that policies are evaluated with. */
export const tagRecord = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const tagKey = ({ Key }: Tag): string => Key.toLowerCase();

const byKey = (a: Tag, b: Tag): number => (a.Key < b.Key ? -1 : 1);
