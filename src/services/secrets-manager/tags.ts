import type { Tag } from '@aws-sdk/client-secrets-manager';
import { fault } from '../../kernel/fault.ts';
import type { SecretRecord } from './secret-record.ts';

const maxTags = 50;

/**
 * Adds a request's tags to those a secret has; the service that owns it may give system tags.
 *
 * @throws {Fault} InvalidParameterException
 */
export const addTags = (
  { tags, owningService }: { readonly tags: SecretRecord['tags']; readonly owningService?: string | undefined },
  given: readonly Tag[],
): Readonly<Record<string, string>> => {
  for (const { Key } of given) {
    if (Key === undefined) throw invalid('A tag must have a key.');
    if (/^aws:/i.test(Key) && owningService === undefined)
      throw invalid('Tag keys that begin with aws: are reserved for system tags.');
  }
  const added = new Map(given.map(({ Key, Value }) => [Key!, Value ?? '']));
  if (added.size < given.length) throw invalid('The request has duplicate tag keys.');
  const merged = { ...tags, ...Object.fromEntries(added) };
  if (Object.keys(merged).length > maxTags) throw invalid(`A secret can have at most ${maxTags} tags.`);
  return merged;
};

const invalid = (message: string) => fault('InvalidParameterException', message);
