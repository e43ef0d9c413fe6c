import type { Tag } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import { limits } from './limits.ts';

/** Tags of a key by tag key; KMS compares tag keys with case. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Adds a request's tags to those a key has.
 *
 * @throws {Fault} TagException: a key given twice or reserved to AWS, or more than 50 tags in the end
 */
export const addTags = (tags: Tags, given: readonly Tag[]): Tags => {
  const added = new Map(given.map(({ TagKey, TagValue }) => [TagKey!, TagValue!]));
  if (added.size < given.length) throw fault('TagException', 'Duplicate tag keys');
  requireUnreserved([...added.keys()]);
  const merged = { ...tags, ...Object.fromEntries(added) };
  if (Object.keys(merged).length > limits.tagsPerKey) throw fault('TagException', 'Too many tags');
  return merged;
};

/** Removes tags; keys that are not there are no error. @throws {Fault} TagException for keys reserved to AWS */
export const removeTags = (tags: Tags, keys: readonly string[]): Tags => {
  requireUnreserved(keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
};

const requireUnreserved = (keys: readonly string[]): void => {
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw fault('TagException', 'Tag keys that begin with aws: are reserved for system tags.');
  }
};

/** The tags as a list, by tag key. */
export const toTagList = (tags: Tags): readonly Tag[] =>
  Object.keys(tags)
    .sort()
    .map((key) => ({ TagKey: key, TagValue: tags[key] }));
