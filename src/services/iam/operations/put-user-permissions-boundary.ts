import type { PutUserPermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { setBoundary } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type PutUserPermissionsBoundary = Operation<
  'PutUserPermissionsBoundary',
  Input<PutUserPermissionsBoundaryCommandInput>,
  void,
  IamUser
>;

/**
 * Bounds what a user may do at most, by a managed policy.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
 */
export const putUserPermissionsBoundary: PutUserPermissionsBoundary = {
  name: 'PutUserPermissionsBoundary',
  access: ({ UserName, PermissionsBoundary }, call) =>
    toUser(call, UserName, { 'iam:PermissionsBoundary': PermissionsBoundary }),
  handle: ({ PermissionsBoundary }, { record }, { tx }) => setBoundary(tx, userHolder(record), PermissionsBoundary),
};
