import type { Tag } from '@aws-sdk/client-secrets-manager';
import { fault } from '../../kernel/fault.ts';

const maxTags = 50;

/**
 * Adds a request's tags to those a secret has.
 *
 * @throws {Fault} InvalidParameterException
 */
export const addTags = (
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[],
): Readonly<Record<string, string>> => {
  for (const { Key } of given) {
    if (Key === undefined) throw invalid('A tag must have a key.');
    if (/^aws:/i.test(Key)) throw invalid('Tag keys that begin with aws: are reserved for system tags.');
  }
  const added = new Map(given.map(({ Key, Value }) => [Key!, Value ?? '']));
  if (added.size < given.length) throw invalid('The request has duplicate tag keys.');
  const merged = { ...tags, ...Object.fromEntries(added) };
  if (Object.keys(merged).length > maxTags) throw invalid(`A secret can have at most ${maxTags} tags.`);
  return merged;
};

const invalid = (message: string) => fault('InvalidParameterException', message);
