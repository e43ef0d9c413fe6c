import { findIamTable } from '../../model/iam-data.ts';
import type { Use } from './uses.ts';

/** A policy of Allow statements. */
export interface LeastPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly AllowStatement[];
}

/** Every action on every resource that it names, and nothing else. */
export interface AllowStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/**
 * The smallest identity policy that allows exactly these uses. No action and no ARN has a wildcard; the resource is `*`
 * for actions that take none.
 */
export const leastPolicy = (uses: Iterable<Use>): LeastPolicy => {
  const pairs = [...uses].map(({ action, resource }): Pair => [action, resourceOf(action, resource)]);
  const byResource = merged(pairs.map(([action, resource]) => [resource, action]));
  const byAction = merged(pairs);
  const statements = [
    byResource.map(({ keys, values }) => allow(values, keys)),
    byAction.map(({ keys, values }) => allow(keys, values)),
  ];
  const [one, other] = statements as [AllowStatement[], AllowStatement[]];
  const Statement = JSON.stringify(other).length < JSON.stringify(one).length ? other : one;
  return { Version: '2012-10-17', Statement: Statement.toSorted(inOrder) };
};

type Pair = readonly [key: string, value: string];

/** Keys that have the same set of values, together with it: each group is a full product, so it adds nothing. */
const merged = (
  pairs: readonly Pair[],
): readonly { readonly keys: readonly string[]; readonly values: readonly string[] }[] => {
  const valuesOf = Map.groupBy(pairs, ([key]) => key);
  const groups = new Map<string, { keys: string[]; values: readonly string[] }>();
  for (const [key, ofKey] of valuesOf) {
    const values = [...new Set(ofKey.map(([, value]) => value))].sort();
    const group = groups.get(JSON.stringify(values));
    if (group) group.keys.push(key);
    else groups.set(JSON.stringify(values), { keys: [key], values });
  }
  return [...groups.values()].map(({ keys, values }) => ({ keys: keys.sort(), values }));
};

const allow = (Action: readonly string[], Resource: readonly string[]): AllowStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const inOrder = (a: AllowStatement, b: AllowStatement): number => (a.Action[0]! < b.Action[0]! ? -1 : 1);

/** As a policy names it: characters that policies give a meaning stand for themselves. */
const resourceOf = (action: string, resource: string): string => {
  const [prefix = '', name = ''] = action.split(':');
  const known = findIamTable(prefix)?.actions[name];
  if (resource === '*' || known?.[1].length === 0) return '*';
  return resource.replace(/[*?]|\$(?=\{)/g, (character) => `\${${character}}`);
};
