import type { Policy, Statement } from '../../policy/policy.ts';

/**
 * What KMS refuses in a key policy although the grammar allows it.
 *
 * @returns AWS's sentence for the first broken rule; undefined for a good policy
 * @see KMS developer guide: "Creating a key policy", "AWS KMS condition keys"
 */
export const findBrokenRule = ({ statements }: Policy): string | undefined => {
  // AWS has refused these since August 2025; older policies may have such statements, which allow and deny nothing.
  if (statements.some(({ action, notAction }) => !action && !notAction))
    return 'Policy statement must contain actions.';
  if (statements.some(({ resource, notResource }) => !resource && !notResource)) {
    return 'Policy statement must contain resources.';
  }
  const misplaced = identityOnly.filter((key) => statements.some((statement) => usesKey(statement, key)));
  if (misplaced.length > 0) return `These condition keys are not permitted in a key policy: ${misplaced.join(', ')}`;
  return statements.some(isOverlyPermissive) ? overlyPermissive : undefined;
};

/** Condition keys about the key itself, which its own policy need not ask. */
const identityOnly = ['aws:ResourceTag', 'kms:ResourceTag', 'kms:ResourceAliases'];

const usesKey = ({ conditions }: Statement, name: string): boolean =>
  conditions.some(({ key }) => key.split('/')[0]!.toLowerCase() === name.toLowerCase());

const isOverlyPermissive = ({ conditions }: Statement): boolean =>
  conditions.some(
    ({ operator, key }) => /^forallvalues:/i.test(operator) && /^(kms:encryptioncontext:|aws:requesttag\/)/i.test(key),
  );

const overlyPermissive =
  'OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests ' +
  'without the specified [encryption context or tag] or with an unspecified [encryption context or tag]. ' +
  'To fix, remove ForAllValues.';
