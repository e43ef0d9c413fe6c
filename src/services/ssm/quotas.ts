import { hash } from 'node:crypto';
import type { Call } from '../../kernel/call.ts';
import type { RequestQuota } from '../../kernel/operation.ts';
import type { Quota } from '../../kernel/quota.ts';

/** Codes are made from names, in the form of AWS's. */
const quota = (name: string, value: number, perSecond: boolean): Quota => ({
  service: 'ssm',
  code: `L-${hash('sha256', `ssm ${name}`).slice(0, 8).toUpperCase()}`,
  name,
  description: name,
  value,
  perSecond,
  adjustable: true,
});

/** How many parameters an account may have in a Region, by tier. @see AWS General Reference: Systems Manager quotas */
export const quotas = {
  Standard: quota('Standard parameters per account and Region', 10_000, false),
  Advanced: quota('Advanced parameters per account and Region', 100_000, false),
} as const;

const reading = quota('Transactions per second of GetParameter, GetParameters and GetParametersByPath', 40, true);
const writing = quota('Transactions per second of PutParameter', 3, true);
const deleting = quota('Transactions per second of DeleteParameter and DeleteParameters', 5, true);
const labelling = quota('Transactions per second of LabelParameterVersion and UnlabelParameterVersion', 3, true);

/** What AWS allows where the throughput setting is on. */
const fast: Readonly<Record<string, Quota>> = {
  GetParameter: quota('Transactions per second of GetParameter, higher throughput', 10_000, true),
  GetParameters: quota('Transactions per second of GetParameters, higher throughput', 1000, true),
  GetParametersByPath: quota('Transactions per second of GetParametersByPath, higher throughput', 100, true),
  PutParameter: quota('Transactions per second of PutParameter, higher throughput', 10, true),
};

/** @param isFast whether an account has the higher throughput switched on */
export const requestQuotas = (isFast: (call: Call) => boolean): Readonly<Record<string, RequestQuota>> => {
  const either =
    (name: string, slow: Quota): RequestQuota =>
    (_input, _resources, call) => [isFast(call) ? fast[name]! : slow];
  return {
    GetParameter: either('GetParameter', reading),
    GetParameters: either('GetParameters', reading),
    GetParametersByPath: either('GetParametersByPath', reading),
    PutParameter: either('PutParameter', writing),
    DeleteParameter: deleting,
    DeleteParameters: deleting,
    LabelParameterVersion: labelling,
    UnlabelParameterVersion: labelling,
  };
};

/** As Service Quotas lists them. */
export const allQuotas: readonly Quota[] = [
  ...Object.values(quotas),
  ...[reading, writing, deleting, labelling],
  ...Object.values(fast),
];
