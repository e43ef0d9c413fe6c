import type { AttachedPolicy as AttachedPolicyAnswer, Tag as TagAnswer } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/call.ts';
import { pageOf } from '../../kernel/paging.ts';
import { describeTags } from './descriptions.ts';
import { type ListInput, listed, type Truncation } from './listing.ts';
import { parsePolicyArn } from './policies.ts';
import type { AttachedPolicy, HeldPolicies } from './policy-holders.ts';
import type { Tag } from './tags.ts';

/** A page of the managed policies attached to an identity, also those below a path only. */
export const listAttached = (
  input: ListInput & { readonly PathPrefix?: string | undefined },
  { attachedPolicies }: HeldPolicies,
  call: Call,
): Truncation & { AttachedPolicies: AttachedPolicyAnswer[] } => {
  const { PathPrefix = '/' } = input;
  const attached = [...attachedPolicies].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const { items, truncation } = listed(input, call, pageOf(attached, orderOf), ({ policyArn }) =>
    parsePolicyArn(policyArn).path.startsWith(PathPrefix),
  );
  return { AttachedPolicies: items.map(describeAttached), ...truncation };
};

/** By name; an account's policy may have the name of one of AWS's. */
const orderOf = ({ policyArn, policyName }: AttachedPolicy): string =>
  `${policyName}/${parsePolicyArn(policyArn).account}`;

/** A managed policy as the answers about an identity show it. */
export const describeAttached = ({ policyArn, policyName }: AttachedPolicy): AttachedPolicyAnswer => ({
  PolicyName: policyName,
  PolicyArn: policyArn,
});

/** A page of the names of the policies embedded in an identity. */
export const listInline = (
  input: ListInput,
  { inlinePolicies }: HeldPolicies,
  call: Call,
): Truncation & { PolicyNames: string[] } => {
  const names = inlinePolicies.map(({ policyName }) => policyName);
  const { items, truncation } = listed(
    input,
    call,
    pageOf(names, (name) => name),
  );
  return { PolicyNames: [...items], ...truncation };
};

/** A page of the tags of something, by key. */
export const listTags = (input: ListInput, tags: readonly Tag[], call: Call): Truncation & { Tags: TagAnswer[] } => {
  const { items, truncation } = listed(
    input,
    call,
    pageOf(tags, ({ Key }) => Key),
  );
  return { Tags: describeTags(items), ...truncation };
};
