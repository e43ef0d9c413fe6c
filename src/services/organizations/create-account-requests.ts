import type { CreateAccountFailureReason, CreateAccountStatus } from '@aws-sdk/client-organizations';
import type { Job } from '../../events/scheduler.ts';
import { schedule, type Timer } from '../../events/timers.ts';
import type { Accounts } from '../../kernel/accounts.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import { collection, type Page, type PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { newId } from './ids.ts';
import { join } from './membership-changes.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { createAccountHistoryDays, dayMs, quotas } from './quotas.ts';
import type { Tags } from './tags.ts';

/** A request for a new account, and what became of it. */
export interface CreateAccountRequest {
  readonly organizationId: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roleName: string;
  readonly tags: Tags;
  readonly state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly completedAt?: number;
  readonly account?: string;
  readonly failureReason?: CreateAccountFailureReason;
}

const records = collection<CreateAccountRequest>('organizations.create-account-requests', {
  key: ['organizationId', 'id'],
});

/** What an account is to be made of. */
export type WantedAccount = Pick<CreateAccountRequest, 'name' | 'email' | 'roleName' | 'tags'>;

const createKind = 'organizations.create-account';
const forgetKind = 'organizations.forget-create-account';

const timerOf = (kind: string, { organizationId, id }: CreateAccountRequest, dueAt: number): Timer => ({
  kind,
  id,
  dueAt,
  payload: { organizationId, id },
});

/** Requests for accounts; a timer that is due at once makes the account. */
export const createAccountRequests = {
  find: (tx: Transaction, organizationId: string, id: string): CreateAccountRequest | undefined =>
    records.find(tx, [organizationId, id]),

  list: (tx: Transaction, organizationId: string, page: PageRequest): Page<CreateAccountRequest> =>
    records.list(tx, [organizationId], page),

  /** Takes a request; the account is there soon. */
  begin: (
    tx: Transaction,
    organization: OrganizationRecord,
    wanted: WantedAccount,
    now: Date,
  ): CreateAccountRequest => {
    const request: CreateAccountRequest = {
      organizationId: organization.id,
      id: newId.createAccountRequest(),
      ...wanted,
      state: 'IN_PROGRESS',
      requestedAt: now.getTime(),
    };
    put(tx, request);
    schedule(tx, timerOf(createKind, request, now.getTime()));
    return request;
  },
} as const;

const put = (tx: Transaction, request: CreateAccountRequest): void =>
  records.put(tx, [request.organizationId, request.id], request);

/** Makes the accounts that were asked for, and forgets requests that are long over. */
export const createAccountJobs = (port: Accounts): Readonly<Record<string, Job>> => ({
  [createKind]: (tx, { payload }, now) => {
    const request = records.find(tx, [payload.organizationId!, payload.id!]);
    const organization = organizations.find(tx, payload.organizationId!);
    // The organization was deleted in the meantime.
    if (!request || !organization) return;
    const outcome = complete(tx, port, organization, request, now);
    const completed = { ...request, ...outcome, completedAt: now.getTime() };
    put(tx, completed);
    schedule(tx, timerOf(forgetKind, completed, now.getTime() + createAccountHistoryDays * dayMs));
    appendServiceEvent(tx, {
      service: 'organizations',
      name: 'CreateAccountResult',
      account: organization.managementAccount,
      region: 'us-east-1',
      resource: { arn: '*', account: organization.managementAccount },
      details: { createAccountStatus: { id: request.id, state: outcome.state, accountId: outcome.account } },
      now,
    });
  },
  [forgetKind]: (tx, { payload }) => records.delete(tx, [payload.organizationId!, payload.id!]),
});

type RequestOutcome = Pick<CreateAccountRequest, 'state' | 'account' | 'failureReason'>;

const complete = (
  tx: Transaction,
  port: Accounts,
  organization: OrganizationRecord,
  { name, email, roleName, tags }: CreateAccountRequest,
  now: Date,
): RequestOutcome => {
  if (organization.accounts >= quotas.accounts) return { state: 'FAILED', failureReason: 'ACCOUNT_LIMIT_EXCEEDED' };
  if (!isEmail(email)) return { state: 'FAILED', failureReason: 'INVALID_EMAIL' };
  if (accounts.findByEmail(tx, email)) return { state: 'FAILED', failureReason: 'EMAIL_ALREADY_EXISTS' };
  const account = unusedAccount(tx, port);
  port.createMember(tx, { account, roleName, managementAccount: organization.managementAccount }, now);
  const record = { account, name, email, state: 'ACTIVE' } as const;
  join(tx, port, organization.id, record, { joinedMethod: 'CREATED', tags, now });
  return { state: 'SUCCEEDED', account };
};

/** @see Organizations API: CreateAccount, Email; the model takes any character but blanks */
const isEmail = (email: string): boolean => {
  const [, local = '', domain = ''] = /^([!-~]+)@([!-~]+)$/.exec(email) ?? [];
  return (
    /^[^.\s"'()<>[\]:;,\\|%&@][^\s"'()<>[\]:;,\\|%&@]*$/.test(local) && /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(domain)
  );
};

const unusedAccount = (tx: Transaction, port: Accounts): string => {
  const account = newId.account();
  return port.exists(tx, account) || accounts.find(tx, account) ? unusedAccount(tx, port) : account;
};

/** A request as operations show it. */
export const toCreateAccountStatus = (request: CreateAccountRequest): CreateAccountStatus => ({
  Id: request.id,
  AccountName: request.name,
  State: request.state,
  RequestedTimestamp: new Date(request.requestedAt),
  ...(request.completedAt !== undefined && { CompletedTimestamp: new Date(request.completedAt) }),
  ...(request.account !== undefined && { AccountId: request.account }),
  ...(request.failureReason !== undefined && { FailureReason: request.failureReason }),
});
