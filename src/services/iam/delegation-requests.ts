import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { DelegatedIdentity } from './delegated-identity.ts';

/**
 * What a product provider asks of an account: temporary permissions, which somebody there grants or refuses.
 *
 * @see IAM User Guide: "Building your integration", "Understanding the request lifecycle"
 */
export interface DelegationRequestRecord {
  readonly id: string;
  /** The account that asks. */
  readonly requestorAccount: string;
  /** The requestor's own name for it; unique among its requests. */
  readonly workflowId: string;
  /** ARN of the SNS topic that is told of it. */
  readonly notificationChannel: string;
  readonly description: string;
  readonly requestMessage?: string;
  readonly redirectUrl?: string;
  readonly sessionSeconds: number;
  readonly onlySendByOwner: boolean;
  readonly permissions: DelegationPermissions;
  /** The account that is asked; absent: whichever associates the request first. */
  readonly ownerAccount?: string;
  /** Who took the request on. */
  readonly owner?: { readonly arn: string; readonly userId: string };
  /** Whose permissions are lent. */
  readonly approver?: DelegatedIdentity;
  readonly state: DelegationState;
  readonly notes?: string;
  readonly rejectionReason?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it expires, or is forgotten. */
  readonly dueAt: number;
  /** When the exchange token was sent. */
  readonly finalizedAt?: number;
}

/** What is asked for. */
export interface DelegationPermissions {
  readonly templateArn: string;
  readonly parameters: readonly DelegationParameter[];
  /** The template with its parameters filled in: the policy that bounds the session. */
  readonly document: string;
}

/** A value of a template's parameter. */
export interface DelegationParameter {
  readonly name: string;
  readonly type: 'string' | 'stringList';
  readonly values: readonly string[];
}

/** Where a request stands. */
export type DelegationState =
  | 'UNASSIGNED'
  | 'ASSIGNED'
  | 'PENDING_APPROVAL'
  | 'ACCEPTED'
  | 'FINALIZED'
  | 'REJECTED'
  | 'EXPIRED';

/** From which states each is reached. */
const before: Readonly<Record<DelegationState, readonly DelegationState[]>> = {
  UNASSIGNED: [],
  ASSIGNED: ['UNASSIGNED'],
  PENDING_APPROVAL: ['ASSIGNED', 'PENDING_APPROVAL'],
  ACCEPTED: ['ASSIGNED', 'PENDING_APPROVAL'],
  FINALIZED: ['ACCEPTED'],
  REJECTED: ['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'],
  EXPIRED: ['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'],
};

/** How long a request stays in a state before it expires, and after its end before it is forgotten, in milliseconds. */
export const stateMs = 7 * 86_400_000;

const records = collection<DelegationRequestRecord>('iam.delegation-requests', {
  key: ['id'],
  indexes: {
    owner: ({ owner, ownerAccount }) => (owner && ownerAccount ? [ownerAccount] : undefined),
    workflow: ({ requestorAccount, workflowId }) => [requestorAccount, workflowId],
  },
});

/** Delegation requests by id. */
export const delegationRequests = {
  find: (tx: Transaction, id: string): DelegationRequestRecord | undefined => records.find(tx, [id]),

  /** Whether a requestor used a workflow id before. */
  hasWorkflow: (tx: Transaction, requestorAccount: string, workflowId: string): boolean =>
    records.listBy(tx, 'workflow', [requestorAccount, workflowId]).length > 0,

  /** Those that identities of an account have taken on, by id. */
  ofOwnerAccount: (tx: Transaction, account: string): readonly DelegationRequestRecord[] =>
    records.listBy(tx, 'owner', [account]),

  create: (tx: Transaction, record: DelegationRequestRecord): void => {
    records.put(tx, [record.id], record);
    schedule(tx, timerOf(record));
  },

  /**
   * Brings a request into another state, which it may be in for seven days.
   *
   * @throws {Fault} `InvalidInput` where that state cannot follow
   */
  move: (
    tx: Transaction,
    record: DelegationRequestRecord,
    state: DelegationState,
    now: Date,
    change: Partial<DelegationRequestRecord> = {},
  ): DelegationRequestRecord => {
    if (!before[state].includes(record.state)) {
      throw fault('InvalidInput', `The delegation request ${record.id} is ${record.state} and cannot become ${state}.`);
    }
    const moved = { ...record, ...change, state, updatedAt: now.getTime(), dueAt: now.getTime() + stateMs };
    records.put(tx, [record.id], moved);
    cancel(tx, timerOf(record));
    schedule(tx, timerOf(moved));
    return moved;
  },
} as const;

const expiryKind = 'iam.delegation-request-expiry';

const timerOf = ({ id, dueAt }: DelegationRequestRecord): Timer => ({
  kind: expiryKind,
  id,
  dueAt,
  payload: { id },
});

/** Lets requests expire that nobody answers, and forgets those that are over. @param expired told of each */
export const delegationJobs = (
  expired: (tx: Transaction, record: DelegationRequestRecord, now: Date) => void,
): Readonly<Record<string, Job>> => ({
  [expiryKind]: (tx, { payload }, now) => {
    const record = delegationRequests.find(tx, payload.id!);
    if (!record) return;
    if (before.EXPIRED.includes(record.state)) expired(tx, delegationRequests.move(tx, record, 'EXPIRED', now), now);
    else records.delete(tx, [record.id]);
  },
});
