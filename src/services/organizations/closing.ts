import type { Job } from '../../events/scheduler.ts';
import { schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, isMember, type MemberRecord } from './accounts.ts';
import { constraintViolation, notInAllFeatures } from './faults.ts';
import { part } from './membership-changes.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { dayMs, postClosureDays, quotas } from './quotas.ts';
import { find } from './resources.ts';

const suspendKind = 'organizations.suspend-account';
const releaseKind = 'organizations.release-account';

const timerOf = (kind: string, account: string, dueAt: number): Timer => ({
  kind,
  id: account,
  dueAt,
  payload: { account },
});

/** Closes an account: its keys and sessions are refused from now on. @throws {Fault} */
export const closeAccount = (
  tx: Transaction,
  organization: OrganizationRecord,
  member: MemberRecord,
  now: Date,
): void => {
  requireMayClose(tx, organization, member, now);
  accounts.put(tx, { ...member, state: 'PENDING_CLOSURE', closedAt: now.getTime() });
  organizations.update(tx, organization.id);
  schedule(tx, timerOf(suspendKind, member.account, now.getTime()));
  schedule(tx, timerOf(releaseKind, member.account, now.getTime() + postClosureDays * dayMs));
};

const requireMayClose = (
  tx: Transaction,
  organization: OrganizationRecord,
  { account, state }: MemberRecord,
  now: Date,
): void => {
  if (organization.featureSet !== 'ALL') throw notInAllFeatures();
  if (account === organization.managementAccount) {
    throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT', 'You attempted to close the management account.');
  }
  if (state === 'PENDING_CLOSURE') {
    throw fault('ConflictException', 'The request failed because it conflicts with the current state of the account.');
  }
  if (state !== 'ACTIVE') {
    throw fault('AccountAlreadyClosedException', 'You attempted to close an account that is already closed.');
  }
  const { number, share, most } = quotas.closuresPer30Days;
  const all = accounts.all(tx, organization.id);
  const closed = all.filter(({ closedAt }) => closedAt !== undefined && closedAt > now.getTime() - 30 * dayMs);
  if (closed.length >= Math.min(most, Math.max(number, share * all.length))) {
    throw constraintViolation(
      'CLOSE_ACCOUNT_QUOTA_EXCEEDED',
      'You have exceeded close account quota for the past 30 days.',
    );
  }
};

/** What becomes of closed accounts: suspended at once, out of the organization 90 days later. */
export const closingJobs: Readonly<Record<string, Job>> = {
  [suspendKind]: (tx, { payload }, now) => {
    const member = accounts.find(tx, payload.account!);
    if (!member || !isMember(member)) return;
    accounts.put(tx, { ...member, state: 'SUSPENDED' });
    const organization = organizations.update(tx, member.membership.organizationId);
    appendServiceEvent(tx, {
      service: 'organizations',
      name: 'CloseAccountResult',
      account: organization.managementAccount,
      region: 'us-east-1',
      resource: find.account(tx, organization, member.account)!,
      details: { closeAccountStatus: { accountId: member.account, state: 'SUCCEEDED' } },
      now,
    });
  },
  [releaseKind]: (tx, { payload }) => {
    const member = accounts.find(tx, payload.account!);
    if (!member) return;
    const closed = { ...member, state: 'CLOSED' as const };
    if (isMember(closed)) part(tx, closed);
    else accounts.put(tx, closed);
  },
};
