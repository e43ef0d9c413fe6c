import type { RequestedServiceQuotaChange, ServiceQuota } from '@aws-sdk/client-service-quotas';
import { defaultValueOf, type Quota } from '../../kernel/quota.ts';
import { nameOf } from './catalogue.ts';
import type { ChangeRequest } from './change-requests.ts';

/** @param account empty in the ARN of a default */
export const quotaArn = ({ service, code }: Pick<Quota, 'service' | 'code'>, region: string, account = ''): string =>
  `arn:aws:servicequotas:${region}:${account}:${service}/${code}`;

/** A quota with AWS's default value. */
export const describeDefault = (quota: Quota, region: string): ServiceQuota => ({
  ...describe(quota),
  QuotaArn: quotaArn(quota, region),
  Value: defaultValueOf(quota, region),
});

/** A quota with the value in force for an account. */
export const describeApplied = (quota: Quota, value: number, region: string, account: string): ServiceQuota => ({
  ...describe(quota),
  QuotaArn: quotaArn(quota, region, account),
  Value: value,
  QuotaAppliedAtLevel: 'ACCOUNT',
});

const describe = ({ service, code, name, description, adjustable, perSecond }: Quota): ServiceQuota => ({
  ServiceCode: service,
  ServiceName: nameOf(service),
  QuotaCode: code,
  QuotaName: name,
  Description: description,
  Unit: 'None',
  Adjustable: adjustable,
  GlobalQuota: false,
  ...(perSecond && { Period: { PeriodValue: 1, PeriodUnit: 'SECOND' } }),
});

/** A request for more, as every operation about requests answers it. */
export const describeRequest = (request: ChangeRequest, quota: Quota): RequestedServiceQuotaChange => ({
  Id: request.id,
  ServiceCode: request.service,
  ServiceName: nameOf(request.service),
  QuotaCode: request.code,
  QuotaName: quota.name,
  DesiredValue: request.desiredValue,
  Status: request.status,
  Created: new Date(request.createdAt),
  LastUpdated: new Date(request.updatedAt),
  Requester: request.requester,
  QuotaArn: quotaArn(request, request.region, request.account),
  GlobalQuota: false,
  Unit: 'None',
  QuotaRequestedAtLevel: 'ACCOUNT',
});
