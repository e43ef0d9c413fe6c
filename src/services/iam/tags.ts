import { fault } from '../../kernel/fault.ts';
import { foldCase } from '../../kernel/fold-case.ts';
import type { Conditions } from '../../kernel/operation.ts';
import { ownTagConditions } from '../../kernel/request-tags.ts';

/** A stored tag, as the client spelt it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What requests send: the SDK's type leaves both members open, the model requires them. */
type GivenTag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/**
 * How IAM compares the keys of something's tags.
 *
 * @see IAM User Guide: "Tags for AWS Identity and Access Management resources", case sensitivity
 */
export interface TagRules {
  /** What two equal keys have in common. */
  readonly fold: (key: string) => string;
  /** What is said of a key that is given twice. */
  readonly duplicate: string;
}

/** Of users and roles: keys are compared without case, and kept as they were given. */
export const anyCaseTags: TagRules = {
  fold: foldCase,
  duplicate: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
};

/** Of everything else: `a` and `A` are two keys. */
export const exactTags: TagRules = { fold: (key) => key, duplicate: 'Duplicate tag keys found.' };

/** Tags that one thing may have. */
const maxTags = 50;

/**
 * Takes a request's tags.
 *
 * @throws {Fault} `InvalidInput` for a key given twice or reserved to AWS
 */
export const parseTags = (given: readonly GivenTag[] = [], { fold, duplicate }: TagRules): readonly Tag[] => {
  const tags = given.map(({ Key, Value }) => ({ Key: Key!, Value: Value! }));
  if (new Set(tags.map(({ Key }) => fold(Key))).size < tags.length) throw fault('InvalidInput', duplicate);
  if (tags.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    throw fault('InvalidInput', 'Tag keys must not begin with "aws:", which is reserved for system tags.');
  }
  return tags;
};

/** Adds tags; one whose key is there already replaces it. Sorted by key. */
export const mergeTags = (existing: readonly Tag[], added: readonly Tag[], { fold }: TagRules): readonly Tag[] => {
  const replaced = new Set(added.map(({ Key }) => fold(Key)));
  return [...existing.filter(({ Key }) => !replaced.has(fold(Key))), ...added].sort(byKey);
};

/** The tags of something that is created with them. @throws {Fault} `InvalidInput` */
export const firstTags = (given: readonly GivenTag[] | undefined, rules: TagRules): readonly Tag[] =>
  mergeTags([], parseTags(given, rules), rules);

/**
 * The tags of something after a request added some.
 *
 * @throws {Fault} `InvalidInput`, `LimitExceeded`
 */
export const taggedWith = (existing: readonly Tag[], given: readonly GivenTag[], rules: TagRules): readonly Tag[] => {
  const tags = mergeTags(existing, parseTags(given, rules), rules);
  if (tags.length > maxTags) throw fault('LimitExceeded', 'The number of tags has reached the maximum limit.');
  return tags;
};

/** Removes tags; keys that are not there are no error. */
export const withoutTags = (existing: readonly Tag[], keys: readonly string[], { fold }: TagRules): readonly Tag[] => {
  const removed = new Set(keys.map(fold));
  return existing.filter(({ Key }) => !removed.has(fold(Key)));
};

/** `iam:ResourceTag/…`, which users and roles have beside `aws:ResourceTag/…`. */
export const iamResourceTagConditions = (tags: readonly Tag[]): Conditions =>
  ownTagConditions('iam:ResourceTag', tagRecord(tags));

/** Tags as a record, the form that policies are evaluated with. */
export const tagRecord = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const byKey = (a: Tag, b: Tag): number => (a.Key < b.Key ? -1 : 1);
