import type { ListAttachedUserPoliciesCommandInput, ListAttachedUserPoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toUser } from '../access.ts';
import { listed } from '../listing.ts';
import { parsePolicyArn } from '../policies.ts';
import type { AttachedPolicy, IamUser } from '../users.ts';

type ListAttachedUserPolicies = Operation<
  'ListAttachedUserPolicies',
  Input<ListAttachedUserPoliciesCommandInput>,
  Output<ListAttachedUserPoliciesCommandOutput>,
  IamUser
>;

/**
 * Lists the managed policies that are attached to a user, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
 */
export const listAttachedUserPolicies: ListAttachedUserPolicies = {
  name: 'ListAttachedUserPolicies',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (input, { record }, call) => {
    const { PathPrefix = '/' } = input;
    const attached = [...record.attachedPolicies].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const { items, truncation } = listed(input, call, pageOf(attached, orderOf), ({ policyArn }) =>
      parsePolicyArn(policyArn).path.startsWith(PathPrefix),
    );
    const AttachedPolicies = items.map(({ policyArn, policyName }) => ({
      PolicyName: policyName,
      PolicyArn: policyArn,
    }));
    return { AttachedPolicies, ...truncation };
  },
};

/** By name; an account's policy may have the name of one of AWS's. */
const orderOf = ({ policyArn, policyName }: AttachedPolicy): string =>
  `${policyName}/${parsePolicyArn(policyArn).account}`;
