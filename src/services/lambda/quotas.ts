import type { Quota } from '../../kernel/quota.ts';

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

/** As Service Quotas lists them. */
export const allQuotas: readonly Quota[] = [concurrentExecutions];
