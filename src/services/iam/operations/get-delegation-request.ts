import type { GetDelegationRequestCommandInput, GetDelegationRequestCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';
import { checkPermissions } from '../delegation-permission-check.ts';
import { describeDelegationRequest } from '../describe-delegation-request.ts';

type GetDelegationRequest = Operation<
  'GetDelegationRequest',
  Input<GetDelegationRequestCommandInput>,
  Output<GetDelegationRequestCommandOutput>,
  DelegationResource
>;

/**
 * Shows a delegation request and, where it is asked for, whether the caller could grant all of it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html
 */
export const getDelegationRequest: GetDelegationRequest = {
  name: 'GetDelegationRequest',
  access: ({ DelegationRequestId }, call) => ({ resource: delegationRequest(call, DelegationRequestId) }),
  handle: ({ DelegationPermissionCheck }, { record }, call) => ({
    DelegationRequest: describeDelegationRequest(call.tx, record),
    ...(DelegationPermissionCheck && {
      PermissionCheckStatus: 'COMPLETE' as const,
      PermissionCheckResult: checkPermissions(call, record.permissions.document),
    }),
  }),
};
