import { type Policy, parsePolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { defaultVersion, policies } from './policies.ts';
import type { PolicyHolder } from './policy-holders.ts';

/** A policy that an identity has, with its document parsed. */
export interface HeldDocument {
  readonly holder: PolicyHolder;
  readonly policyName: string;
  /** Of a managed policy. */
  readonly policyArn?: string;
  readonly policy: Policy;
}

/** Every policy that these identities have, inline and managed; boundaries are not among them. */
export const documentsOf = (tx: Transaction, holders: readonly PolicyHolder[]): readonly HeldDocument[] =>
  holders.flatMap((holder) => [
    ...holder.held.inlinePolicies.map(({ policyName, document }) => ({
      holder,
      policyName,
      policy: parsePolicy(document, 'identity'),
    })),
    ...holder.held.attachedPolicies.flatMap(({ policyName, policyArn }) => {
      const managed = policies.find(tx, policyArn);
      if (!managed) return [];
      return [{ holder, policyName, policyArn, policy: parsePolicy(defaultVersion(managed).document, 'identity') }];
    }),
  ]);

/** Whether a policy allows anything of a service. @param namespace service prefix, e.g. `kms` */
export const grantsService = ({ statements }: Pick<Policy, 'statements'>, namespace: string): boolean =>
  statements.some(
    ({ effect, action, notAction }) =>
      effect === 'Allow' &&
      (notAction
        ? !notAction.some((name) => coversService(name, namespace))
        : (action ?? []).some((name) => touches(name, namespace))),
  );

const vendorOf = (action: string): string =>
  action === '*' ? '*' : action.slice(0, action.indexOf(':')).toLowerCase();

const touches = (action: string, namespace: string): boolean => {
  const pattern = vendorOf(action)
    .replace(/[.+^${}()|[\]\\-]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(namespace);
};

/** `kms:*` and `*` leave nothing of the service. */
const coversService = (action: string, namespace: string): boolean =>
  (action === '*' || action.endsWith(':*')) && touches(action, namespace);
