import type { Job } from '../../events/scheduler.ts';
import { schedule } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { type FunctionRecord, functionRecords } from './function-record.ts';

const kind = 'lambda.ready';

/** Lets a function that was created or changed become ready soon. */
export const scheduleReadiness = (
  tx: Transaction,
  { account, region, name, codeId }: FunctionRecord,
  now: Date,
): void =>
  schedule(tx, {
    kind,
    id: `${account} ${region} ${name} ${codeId}`,
    dueAt: now.getTime(),
    payload: { account, region, name },
  });

/** Pending becomes Active, InProgress Successful. */
export const readinessJobs: Readonly<Record<string, Job>> = {
  [kind]: (tx, { payload: { account = '', region = '', name = '' } }) => {
    const record = functionRecords.find(tx, [account, region, name]);
    if (!record) return;
    functionRecords.put(tx, [account, region, name], { ...record, state: 'Active', updateStatus: 'Successful' });
  },
};

/** Refuses changes and invocations of what is not ready. @throws {Fault} ResourceConflictException */
export const requireReady = (record: FunctionRecord, arn: string): void => {
  if (record.state === 'Pending') {
    throw fault(
      'ResourceConflictException',
      `The operation cannot be performed at this time. The function is currently in the following state: Pending`,
      { members: { Type: 'User' } },
    );
  }
  if (record.updateStatus === 'InProgress') {
    throw fault(
      'ResourceConflictException',
      `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
      { members: { Type: 'User' } },
    );
  }
};
