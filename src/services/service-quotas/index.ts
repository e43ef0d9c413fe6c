import type { Service } from '../../kernel/operation.ts';
import type { Quota } from '../../kernel/quota.ts';
import type { Transaction } from '../../store/store.ts';
import type { AppliedQuotas } from './applied-quotas.ts';
import { Catalogue } from './catalogue.ts';
import { ChangeRequests } from './change-requests.ts';
import { getAwsDefaultServiceQuota } from './operations/get-aws-default-service-quota.ts';
import { getRequestedServiceQuotaChange } from './operations/get-requested-service-quota-change.ts';
import { getServiceQuota } from './operations/get-service-quota.ts';
import { listAwsDefaultServiceQuotas } from './operations/list-aws-default-service-quotas.ts';
import { listRequestedServiceQuotaChangeHistory } from './operations/list-requested-service-quota-change-history.ts';
import { listRequestedServiceQuotaChangeHistoryByQuota } from './operations/list-requested-service-quota-change-history-by-quota.ts';
import { listServiceQuotas } from './operations/list-service-quotas.ts';
import { listServices } from './operations/list-services.ts';
import { requestServiceQuotaIncrease } from './operations/request-service-quota-increase.ts';
import type { ServiceQuotas } from './service-quotas.ts';

export { AppliedQuotas } from './applied-quotas.ts';
export type { ChangeRequest, ChangeRequests, Verdict } from './change-requests.ts';

/** Service Quotas: the service, and what operators decide. */
export interface ServiceQuotasService extends Service {
  readonly requests: ChangeRequests;
  /** Puts a value in force. @throws {Fault} NoSuchResourceException */
  seedQuota(tx: Transaction, seed: QuotaSeed): void;
}

/** A value that a fixture puts in force. */
export interface QuotaSeed {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly code: string;
  readonly value: number;
}

/** What Service Quotas stands on. */
export interface ServiceQuotasParts {
  readonly applied: AppliedQuotas;
  /** Every quota of every service. */
  readonly quotas: readonly Quota[];
  /** Approves every request at once. */
  readonly approving: boolean;
}

/** Sets up Service Quotas: what the limits are, and how to have more. */
export const serviceQuotas = ({ applied, quotas, approving }: ServiceQuotasParts): ServiceQuotasService => {
  const catalogue = new Catalogue(quotas);
  const requests = new ChangeRequests({ catalogue, applied, approving });
  const nouns: ServiceQuotas = { catalogue, applied, requests };
  return {
    name: 'service-quotas',
    operations: operationsOf(nouns),
    requests,
    seedQuota: (tx, { account, region, service, code, value }) =>
      applied.apply(tx, catalogue.get(service, code), account, region, value),
  };
};

const operationsOf = (nouns: ServiceQuotas): Service['operations'] => [
  getAwsDefaultServiceQuota(nouns),
  getRequestedServiceQuotaChange(nouns),
  getServiceQuota(nouns),
  listAwsDefaultServiceQuotas(nouns),
  listRequestedServiceQuotaChangeHistory(nouns),
  listRequestedServiceQuotaChangeHistoryByQuota(nouns),
  listServiceQuotas(nouns),
  listServices(nouns),
  requestServiceQuotaIncrease(nouns),
];
