import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { acceptDelegationRequest } from '../operations/accept-delegation-request.ts';
import { associateDelegationRequest } from '../operations/associate-delegation-request.ts';
import { createDelegationRequest } from '../operations/create-delegation-request.ts';
import { getDelegationRequest } from '../operations/get-delegation-request.ts';
import { getHumanReadableSummary } from '../operations/get-human-readable-summary.ts';
import { listDelegationRequests } from '../operations/list-delegation-requests.ts';
import { rejectDelegationRequest } from '../operations/reject-delegation-request.ts';
import { sendDelegationToken } from '../operations/send-delegation-token.ts';
import { updateDelegationRequest } from '../operations/update-delegation-request.ts';

/** Operations on delegation requests. */
export const delegationOperations = (iam: Iam): Service['operations'] => [
  acceptDelegationRequest,
  associateDelegationRequest,
  createDelegationRequest,
  getDelegationRequest,
  getHumanReadableSummary,
  listDelegationRequests,
  rejectDelegationRequest,
  sendDelegationToken(iam),
  updateDelegationRequest,
];
