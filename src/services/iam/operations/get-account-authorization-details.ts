import type {
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
  GroupDetail,
  ManagedPolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import type { Call } from '../../../kernel/call.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Page, PageRequest } from '../../../store/collection.ts';
import { groupDetail, policyDetail, roleDetail, userDetail } from '../account-details.ts';
import { attachments } from '../attachments.ts';
import { awsManagedPolicies } from '../aws-managed-policies.ts';
import { groups } from '../groups.ts';
import type { Iam } from '../iam.ts';
import { inSequence, listed } from '../listing.ts';
import { policies } from '../policies.ts';
import { roles } from '../roles.ts';
import { users } from '../users.ts';

type GetAccountAuthorizationDetails = Operation<
  'GetAccountAuthorizationDetails',
  Input<GetAccountAuthorizationDetailsCommandInput>,
  Output<GetAccountAuthorizationDetailsCommandOutput>
>;

/**
 * Lists users, groups, roles and managed policies with everything that decides what may be done.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export const getAccountAuthorizationDetails = (iam: Iam): GetAccountAuthorizationDetails => ({
  name: 'GetAccountAuthorizationDetails',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const { tx, account } = call;
    const wanted = new Set(input.Filter?.length ? input.Filter : everything);
    const { items, truncation } = listed(
      input,
      call,
      inSequence<Detail>(
        detailsOf(
          wanted.has('User'),
          (page) => users.list(tx, account, page),
          (user) => ({ user: userDetail(user, call) }),
        ),
        detailsOf(
          wanted.has('Group'),
          (page) => groups.list(tx, account, page),
          (group) => ({ group: groupDetail(group) }),
        ),
        detailsOf(
          wanted.has('Role'),
          (page) => roles.list(tx, account, page),
          (role) => ({ role: roleDetail(role, call, iam) }),
        ),
        detailsOf(
          wanted.has('LocalManagedPolicy'),
          (page) => policies.list(tx, account, page),
          (policy) => ({ policy: policyDetail(policy, call) }),
        ),
        detailsOf(
          wanted.has('AWSManagedPolicy'),
          (page) => attachments.listPolicies(tx, account, page),
          ({ policyArn }) => ofAws(policyArn, call),
        ),
      ),
    );
    return {
      UserDetailList: items.flatMap(({ user }) => user ?? []),
      GroupDetailList: items.flatMap(({ group }) => group ?? []),
      RoleDetailList: items.flatMap(({ role }) => role ?? []),
      Policies: items.flatMap(({ policy }) => policy ?? []),
      ...truncation,
    };
  },
});

/** One of the four. */
interface Detail {
  readonly user?: UserDetail;
  readonly group?: GroupDetail;
  readonly role?: RoleDetail;
  readonly policy?: ManagedPolicyDetail;
}

const everything = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

const detailsOf =
  <T>(wanted: boolean, list: (page: PageRequest) => Page<T>, detail: (item: T) => Detail) =>
  (page: PageRequest): Page<Detail> => {
    if (!wanted) return { items: [], next: undefined };
    const { items, next } = list(page);
    return { items: items.map(detail), next };
  };

/** AWS's policies are listed where something has them; the account's own are listed by themselves. */
const ofAws = (arn: string, call: Call): Detail => {
  const policy = awsManagedPolicies.find(arn);
  return policy ? { policy: policyDetail(policy, call) } : {};
};
