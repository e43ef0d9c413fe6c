import type { Access, Conditions, Resource } from './operation.ts';

/** A tag as requests bring it: the SDK's types leave both members open. */
interface GivenTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that brings tags; nothing where it brings none. */
export const requestTagConditions = (given: readonly GivenTag[] = []): Conditions => {
  if (given.length === 0) return {};
  const conditions: Record<string, string | readonly string[] | undefined> = {
    'aws:TagKeys': given.map(({ Key }) => Key!),
  };
  for (const { Key, Value } of given) conditions[`aws:RequestTag/${Key}`] = Value;
  return conditions;
};

/** As {@link requestTagConditions}, of tags by key. */
export const tagRecordConditions = (tags: Readonly<Record<string, string>> = {}): Conditions =>
  requestTagConditions(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));

/** A service's own condition key for each tag of a resource, beside `aws:ResourceTag/…`. @param key `ssm:resourceTag` */
export const ownTagConditions = (key: string, tags: Readonly<Record<string, string>> = {}): Conditions =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));

/**
 * The access of an operation that creates something: who gives it tags needs the permission to tag it, too.
 *
 * @param creating without the conditions of the tags
 * @param tagging `iam:TagUser`
 */
export const creatingWithTags = <R extends Resource>(
  creating: Access<R> & { readonly conditions?: Conditions },
  tagging: string,
  given: readonly GivenTag[] = [],
): readonly [Access<R>, ...Access<R>[]] => {
  if (given.length === 0) return [creating];
  const conditions = { ...creating.conditions, ...requestTagConditions(given) };
  return [
    { ...creating, conditions },
    { ...creating, conditions, action: tagging },
  ];
};

/**
 * Something that is to be made, as those services show it whose policies see the tags that it is given as its own already.
 *
 * @see IAM: "Tutorial: Define permissions to access AWS resources based on tags", where `aws:ResourceTag` lets CreateSecret pass
 */
export const taggedFromTheStart = <R extends Resource>(resource: R, given: readonly GivenTag[] = []): R =>
  given.length === 0
    ? resource
    : { ...resource, tags: Object.fromEntries(given.map(({ Key, Value }) => [Key!, Value!])) };
