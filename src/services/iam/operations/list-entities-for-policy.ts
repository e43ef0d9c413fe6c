import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toPolicy } from '../access.ts';
import { attachments } from '../attachments.ts';
import { listed } from '../listing.ts';
import type { IamPolicy } from '../policies.ts';
import { users } from '../users.ts';

type ListEntitiesForPolicy = Operation<
  'ListEntitiesForPolicy',
  Input<ListEntitiesForPolicyCommandInput>,
  Output<ListEntitiesForPolicyCommandOutput>,
  IamPolicy
>;

/**
 * Lists the users a managed policy is attached to, as a permissions policy or as a boundary.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export const listEntitiesForPolicy: ListEntitiesForPolicy = {
  name: 'ListEntitiesForPolicy',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: (input, { record }, call) => {
    const { EntityFilter, PolicyUsageFilter, PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => attachments.list(call.tx, call.account, record.arn, page),
      ({ entityKind, usage, entityId }) =>
        (!EntityFilter || EntityFilter === entityKind) &&
        (!PolicyUsageFilter || PolicyUsageFilter === usage) &&
        users.findById(call.tx, entityId)?.path.startsWith(PathPrefix) === true,
    );
    const PolicyUsers = items.map(({ entityId }) => ({
      UserName: users.findById(call.tx, entityId)!.userName,
      UserId: entityId,
    }));
    return { PolicyUsers, PolicyGroups: [], PolicyRoles: [], ...truncation };
  },
};
