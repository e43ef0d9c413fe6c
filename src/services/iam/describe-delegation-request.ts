import type { DelegationRequest } from '@aws-sdk/client-iam';
import type { Transaction } from '../../store/store.ts';
import { accountSettings } from './account-settings.ts';
import type { DelegationRequestRecord } from './delegation-requests.ts';
import { requiredBoundaries } from './delegation-templates.ts';

/** A delegation request as operations show it. */
export const describeDelegationRequest = (tx: Transaction, record: DelegationRequestRecord): DelegationRequest => {
  const { permissions, requestorAccount } = record;
  return {
    DelegationRequestId: record.id,
    ...(record.ownerAccount !== undefined && { OwnerAccountId: record.ownerAccount }),
    Description: record.description,
    ...(record.requestMessage !== undefined && { RequestMessage: record.requestMessage }),
    Permissions: {
      PolicyTemplateArn: permissions.templateArn,
      Parameters: permissions.parameters.map(({ name, type, values }) => ({
        Name: name,
        Type: type,
        Values: [...values],
      })),
    },
    PermissionPolicy: permissions.document,
    RolePermissionRestrictionArns: [...requiredBoundaries(permissions.document)],
    ...(record.owner && { OwnerId: record.owner.arn }),
    ...(record.approver && { ApproverId: record.approver.arn }),
    State: record.state,
    ExpirationTime: new Date(record.dueAt),
    RequestorId: requestorAccount,
    // An account alias has up to 63 characters, the name of a requestor 30.
    RequestorName: (accountSettings.find(tx, requestorAccount).alias ?? requestorAccount).slice(0, 30),
    CreateDate: new Date(record.createdAt),
    SessionDuration: record.sessionSeconds,
    ...(record.redirectUrl !== undefined && { RedirectUrl: record.redirectUrl }),
    ...(record.notes !== undefined && { Notes: record.notes }),
    ...(record.rejectionReason !== undefined && { RejectionReason: record.rejectionReason }),
    OnlySendByOwner: record.onlySendByOwner,
    UpdatedTime: new Date(record.updatedAt),
  };
};
