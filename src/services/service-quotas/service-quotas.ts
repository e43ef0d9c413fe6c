import type { Call } from '../../kernel/call.ts';
import type { Access, Resource } from '../../kernel/operation.ts';
import type { AppliedQuotas } from './applied-quotas.ts';
import type { Catalogue } from './catalogue.ts';
import type { ChangeRequests } from './change-requests.ts';
import { quotaArn } from './descriptions.ts';

/** The nouns that operations work with. */
export interface ServiceQuotas {
  readonly catalogue: Catalogue;
  readonly applied: AppliedQuotas;
  readonly requests: ChangeRequests;
}

/** The quota that an input names, as policies see it, whether or not it exists. */
export const quotaAccess = (
  { ServiceCode, QuotaCode }: { readonly ServiceCode: string; readonly QuotaCode: string },
  { operation, region, account }: Call,
): Access<Resource> => ({
  action: `servicequotas:${operation}`,
  resource: { arn: quotaArn({ service: ServiceCode, code: QuotaCode }, region, account), account },
  conditions: { 'servicequotas:service': ServiceCode },
});

/** No quota in particular. */
export const noQuota = ({ operation, account }: Call): Access<Resource> => ({
  action: `servicequotas:${operation}`,
  resource: { arn: '*', account },
});
