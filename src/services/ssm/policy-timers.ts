import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { publishChange, publishPolicyAction } from './events.ts';
import { parsePolicies } from './parameter-policies.ts';
import type { ParameterRecord } from './parameter-record.ts';
import type { Parameters } from './parameters.ts';

const kind = 'ssm.parameter-policy';

/** Sets a timer for each policy of a parameter that has not acted yet. */
export const schedulePolicies = (tx: Transaction, record: ParameterRecord): void => {
  for (const timer of timersOf(record)) schedule(tx, timer);
};

/** Takes back what {@link schedulePolicies} set. */
export const cancelPolicies = (tx: Transaction, record: ParameterRecord): void => {
  for (const timer of timersOf(record)) cancel(tx, timer);
};

const timersOf = (record: ParameterRecord): readonly Timer[] =>
  parsePolicies(`[${record.policies.join(',')}]`, record.modifiedAt)
    .map(({ text, dueAt }, index) => {
      const { account, region, name } = record;
      return {
        kind,
        id: `${account} ${region} ${name} ${index}`,
        dueAt,
        payload: { account, region, name, policy: text },
      };
    })
    // After they are numbered: a timer keeps its id when others have finished.
    .filter(({ payload }) => !record.finished.includes(payload.policy));

/** What the policies do when their time has come. @see Systems Manager user guide: "Assigning parameter policies" */
export const policyJobs = (parameters: Parameters): Readonly<Record<string, Job>> => ({
  [kind]: (tx, timer, now) => {
    const { account = '', region = '', name = '', policy = '' } = timer.payload;
    const record = parameters.find(tx, { account, region, name });
    if (!record?.policies.includes(policy)) return;
    const { Type } = JSON.parse(policy) as { readonly Type: string };
    if (Type === 'Expiration') return expire(tx, parameters, record, policy, now);
    const reason =
      Type === 'NoChangeNotification'
        ? 'The parameter has not been changed for the specified time.'
        : 'The parameter will expire soon.';
    publishPolicyAction(tx, record, policy, reason, now);
    parameters.put(tx, { ...record, finished: [...record.finished, policy] });
  },
});

const expire = (tx: Transaction, parameters: Parameters, record: ParameterRecord, policy: string, now: Date): void => {
  cancelPolicies(tx, record);
  parameters.delete(tx, record);
  publishPolicyAction(tx, record, policy, 'The parameter has expired.', now);
  publishChange(tx, record, 'Delete', now);
  const { account, region, name } = record;
  appendServiceEvent(tx, {
    service: 'ssm',
    name: 'DeleteParameter',
    account,
    region,
    resource: parameters.resourceOf(record),
    details: { name, reason: 'Expiration' },
    now,
  });
};
