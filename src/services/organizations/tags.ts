import type { Tag } from '@aws-sdk/client-organizations';
import { constraintViolation, invalidInput } from './faults.ts';
import { quotas } from './quotas.ts';

/** Tags by key; Organizations compares keys with case. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Adds a request's tags to those that something has.
 *
 * @throws {Fault} InvalidInputException for a key given twice or reserved to AWS; ConstraintViolationException for too many
 */
export const addTags = (tags: Tags, given: readonly Tag[] = []): Tags => {
  const added = new Map(given.map(({ Key, Value }) => [Key!, Value!]));
  if (added.size < given.length) {
    throw invalidInput('DUPLICATE_TAG_KEY', 'Tag keys must be unique among the tags attached to the same entity.');
  }
  requireUnreserved([...added.keys()]);
  const merged = { ...tags, ...Object.fromEntries(added) };
  if (Object.keys(merged).length > quotas.tagsPerResource) {
    throw constraintViolation(
      'MAX_TAG_LIMIT_EXCEEDED',
      'You have exceeded the number of tags allowed on this resource.',
    );
  }
  return merged;
};

/** Removes tags; keys that are not there are no error. @throws {Fault} InvalidInputException for keys reserved to AWS */
export const removeTags = (tags: Tags, keys: readonly string[]): Tags => {
  requireUnreserved(keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
};

const requireUnreserved = (keys: readonly string[]): void => {
  if (!keys.some((key) => key.toLowerCase().startsWith('aws:'))) return;
  throw invalidInput(
    'INVALID_SYSTEM_TAGS_PARAMETER',
    "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys.",
  );
};

/** The tags as a list, by key. */
export const toTagList = (tags: Tags): readonly { readonly Key: string; readonly Value: string }[] =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key]! }));
