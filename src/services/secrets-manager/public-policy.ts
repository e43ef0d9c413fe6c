import type { ConditionLine, Policy, Statement } from '../../policy/policy.ts';

/**
 * Whether a policy gives everybody access: it allows any principal, and no condition narrows that to accounts, principals,
 * an organization, networks or sources that are named.
 *
 * @see Secrets Manager user guide: "Attach a permissions policy", BlockPublicPolicy
 * @see S3 user guide: "The meaning of public", the keys and values that make a policy non-public
 */
export const isPublic = ({ statements }: Policy): boolean => statements.some(isOpen);

const isOpen = ({ effect, principal, notPrincipal, conditions }: Statement): boolean =>
  effect === 'Allow' &&
  (notPrincipal !== undefined || (principal ?? []).some(({ type, id }) => type === 'AWS' && id === '*')) &&
  !conditions.some(narrows);

/** Keys that tell who asks, and from where. */
const narrowing = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:username',
  'aws:vpcsourceip',
  'kms:calleraccount',
  'kms:viaservice',
]);

const narrows = ({ operator, key, values }: ConditionLine): boolean =>
  narrowing.has(key.toLowerCase()) &&
  /^(ForAnyValue:)?(StringEquals(IgnoreCase)?|StringLike|ArnEquals|ArnLike|IpAddress)$/i.test(operator) &&
  values.every((value) => isFixed(operator, value));

/** Neither a pattern of everything, nor all addresses, nor a variable that the asker fills in. */
const isFixed = (operator: string, value: string): boolean => {
  if (value.includes('${')) return false;
  if (/IpAddress$/i.test(operator)) return !/\/0$/.test(value);
  if (!/(Like|^Arn|:Arn)/i.test(operator)) return true;
  // An ARN names an account or a bucket; of other patterns, something must stand before the first wildcard.
  return value.startsWith('arn:') ? /^arn:[^:*?]*:[^:*?]+:[^:]*:(\d{12}|:?[^:*?]+)/.test(value) : !/^[*?]/.test(value);
};
