import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { type DelegationRequestRecord, delegationRequests } from './delegation-requests.ts';

/** A delegation request as the policies of the account that is asked see it. */
export interface DelegationResource extends Resource {
  readonly record: DelegationRequestRecord;
}

/**
 * The delegation request with an id, for the account that is asked; for all, while none is. To everybody else it does not
 * exist. Its owner may look at it and forward it without any policy.
 *
 * @see IAM User Guide: "Managing permissions for delegation requests"
 */
export const delegationRequest = ({ tx, account }: Call, id: string): DelegationResource | AbsentResource => {
  const record = delegationRequests.find(tx, id);
  const arn = delegationRequestArn(account, id);
  if (!record || (record.ownerAccount ?? account) !== account) {
    return { arn, account, absent: fault('NoSuchEntity', `The delegation request with id ${id} cannot be found.`) };
  }
  return {
    arn,
    account,
    conditions: () => ({ 'iam:DelegationRequestOwner': record.owner?.arn }),
    grants: (action, _input, { caller, operation }) =>
      action.endsWith(operation) && ownersOperations.has(operation) && isOwner(record, caller)
        ? 'principal'
        : undefined,
    record,
  };
};

/** `arn:aws:iam::111122223333:delegation-request/…` */
export const delegationRequestArn = (account: string, id: string): string =>
  `arn:aws:iam::${account}:delegation-request/${id}`;

const ownersOperations: ReadonlySet<string> = new Set(['GetDelegationRequest', 'UpdateDelegationRequest']);

/** Whether a caller is who took a request on; one that has its name only is not. */
export const isOwner = ({ owner }: DelegationRequestRecord, { arn, userId }: Caller): boolean =>
  owner !== undefined && owner.arn === arn && owner.userId === userId;
