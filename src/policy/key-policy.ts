import type { ConditionLine, Policy, PolicyPrincipal } from './ast.ts';
import { parseOperatorName } from './conditions/index.ts';

/** Every principal that a policy names in Principal and NotPrincipal, each once; `*` is left out. */
export function principalsOf(policy: Policy): readonly PolicyPrincipal[] {
  const all = policy.statements.flatMap(({ principal = [], notPrincipal = [] }) => [...principal, ...notPrincipal]);
  const distinct = new Map(all.map((entry) => [`${entry.type}:${entry.id}`, entry]));
  return [...distinct.values()].filter(({ id }) => id !== '*');
}

/** Keys that have one value in a request or none, so that `ForAllValues` also holds for requests without them. */
export type SingleValued = 'encryption context' | 'tag';

/**
 * Finds `ForAllValues` on a single-valued key of a key policy, which KMS refuses as OverlyPermissiveCondition.
 *
 * @returns what the key is about, as KMS's message says it; undefined where the policy is in order
 * @see KMS: "Condition keys: kms:EncryptionContext:context-key"
 */
export function findOverlyPermissiveCondition(policy: Policy): SingleValued | undefined {
  for (const { conditions } of policy.statements) {
    for (const line of conditions) {
      const subject = overlyPermissive(line);
      if (subject !== undefined) return subject;
    }
  }
  return undefined;
}

function overlyPermissive({ operator, key }: ConditionLine): SingleValued | undefined {
  if (parseOperatorName(operator)?.set !== 'ForAllValues') return undefined;
  const lowerKey = key.toLowerCase();
  if (lowerKey.startsWith('kms:encryptioncontext:')) return 'encryption context';
  return lowerKey.startsWith('aws:requesttag/') ? 'tag' : undefined;
}
