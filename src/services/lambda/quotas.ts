import type { Quota, QuotaValues } from '../../kernel/quota.ts';
import type { Transaction } from '../../store/store.ts';
import type { FunctionRecord } from './function-record.ts';
import type { Concurrency } from './invoker.ts';

/** @see AWS General Reference: Lambda quotas */
export const concurrentExecutions: Quota = {
  service: 'lambda',
  code: 'L-B99A9384',
  name: 'Concurrent executions',
  description: 'The maximum number of events that functions can process simultaneously in the current Region.',
  value: 1000,
  perSecond: false,
  adjustable: true,
};

/** Executions that always stay for functions without a reservation. */
export const unreservedAtLeast = 100;

/** How many executions of a function there may be at one time. */
export const concurrencyOf = (
  applied: QuotaValues,
  tx: Transaction,
  { account, region, reservedConcurrency: reserved }: FunctionRecord,
): Concurrency => ({ reserved, account: applied.valueOf(tx, concurrentExecutions, account, region) });

/** As Service Quotas lists them. */
export const allQuotas: readonly Quota[] = [concurrentExecutions];
