import type { PrincipalPolicies } from '../../kernel/caller.ts';
import { findIamTable, iamPrefixes } from '../../model/iam-data.ts';
import type { CompiledPolicy, CompiledStatement } from '../../policy/policy.ts';

/**
 * Every action that a principal's policies allow on some resource: those of IAM's reference data that an Allow matches and
 * no Deny takes away wholly, within the permissions boundary; and actions that are named but unknown.
 */
export const grantedActions = ({ identity, boundary }: PrincipalPolicies): readonly string[] => {
  const known = iamPrefixes().flatMap((prefix) =>
    Object.keys(findIamTable(prefix)?.actions ?? {}).map((name) => `${prefix}:${name}`),
  );
  const named = identity
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ source }) => source.action ?? [])
    .filter((action) => !/[*?]/.test(action));
  const all = new Map([...named, ...known].map((action) => [action.toLowerCase(), action]));
  const bounds = boundary === undefined ? [identity] : [identity, boundary];
  return [...all]
    .filter(([action]) => bounds.every((policies) => isGranted(action, policies)))
    .map(([, action]) => action);
};

const isGranted = (action: string, policies: readonly CompiledPolicy[]): boolean => {
  const concerned = policies.flatMap(({ statements }) =>
    statements.filter((statement) => statement.matchesAction(action)),
  );
  return concerned.some(({ effect }) => effect === 'Allow') && !concerned.some(isWholeDeny);
};

const isWholeDeny = ({ effect, conditions, resources }: CompiledStatement): boolean =>
  effect === 'Deny' && conditions.length === 0 && resources?.some(({ everything }) => everything) === true;

/**
 * Lists actions, in alphabetical order; a service whose every action is there is one line, `s3:*`.
 *
 * @returns lines without line feed
 */
export const actionLines = (actions: readonly string[]): readonly string[] => {
  const ofService = Map.groupBy(actions.toSorted(), (action) => action.split(':')[0]!);
  return [...ofService].flatMap(([prefix, own]) => {
    const known = Object.keys(findIamTable(prefix)?.actions ?? {}).length;
    return own.length >= known && known > 1 ? [`${prefix}:* (all ${known} actions)`] : own;
  });
};
