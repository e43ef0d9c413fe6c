import type { ListRolesCommandInput, ListRolesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeRole } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';
import { roles } from '../roles.ts';
import { displayTrustPolicy } from '../trust-policies.ts';

type ListRoles = Operation<'ListRoles', Input<ListRolesCommandInput>, Output<ListRolesCommandOutput>>;

/**
 * Lists the account's roles by name, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 */
export const listRoles = ({ principals }: Iam): ListRoles => ({
  name: 'ListRoles',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:role${PathPrefix}`, account },
  }),
  handle: (input, _resource, call) => {
    const { PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => roles.list(call.tx, call.account, page),
      ({ path }) => path.startsWith(PathPrefix),
    );
    const Roles = items.map((role) => describeRole(role, displayTrustPolicy(role.trustPolicy, call.tx, principals)));
    return { Roles, ...truncation };
  },
});
