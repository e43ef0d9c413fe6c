import { hash } from 'node:crypto';
import type { RequestQuota } from '../../kernel/operation.ts';
import type { Quota } from '../../kernel/quota.ts';

/** Codes are made from names, in the form of AWS's. */
const quota = (name: string, value: number, perSecond: boolean): Quota => ({
  service: 'secretsmanager',
  code: `L-${hash('sha256', `secretsmanager ${name}`).slice(0, 8).toUpperCase()}`,
  name,
  description: name,
  value,
  perSecond,
  adjustable: false,
});

/** @see Secrets Manager user guide: "AWS Secrets Manager quotas" */
export const quotas = {
  secrets: quota('Secrets per account and Region', 500_000, false),
} as const;

const rate = (names: string, value: number): Quota => quota(`Combined rate of ${names} requests`, value, true);

const reading = rate('DescribeSecret and GetSecretValue', 10_000);
const policies = rate('PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy, and ValidateResourcePolicy', 50);
const writing = rate(
  'PutSecretValue, RemoveRegionsFromReplication, ReplicateSecretToRegions, StopReplicationToReplica, UpdateSecret, and UpdateSecretVersionStage',
  50,
);
const rotating = rate('RotateSecret and CancelRotateSecret', 50);
const tagging = rate('TagResource and UntagResource', 50);
const single = (name: string, value: number): Quota => quota(`Rate of ${name} requests`, value, true);

/** What requests count against. */
export const requestQuotas = {
  BatchGetSecretValue: single('BatchGetSecretValue', 100),
  CancelRotateSecret: rotating,
  CreateSecret: single('CreateSecret', 50),
  DeleteResourcePolicy: policies,
  DeleteSecret: single('DeleteSecret', 50),
  DescribeSecret: reading,
  GetRandomPassword: single('GetRandomPassword', 50),
  GetResourcePolicy: policies,
  GetSecretValue: reading,
  ListSecretVersionIds: single('ListSecretVersionIds', 50),
  ListSecrets: single('ListSecrets', 100),
  PutResourcePolicy: policies,
  PutSecretValue: writing,
  RemoveRegionsFromReplication: writing,
  ReplicateSecretToRegions: writing,
  RestoreSecret: single('RestoreSecret', 50),
  RotateSecret: rotating,
  StopReplicationToReplica: writing,
  TagResource: tagging,
  UntagResource: tagging,
  UpdateSecret: writing,
  UpdateSecretVersionStage: writing,
  ValidateResourcePolicy: policies,
} as const satisfies Readonly<Record<string, RequestQuota>>;

/** As Service Quotas lists them. */
export const allQuotas: readonly Quota[] = [...Object.values(quotas), ...new Set<Quota>(Object.values(requestQuotas))];
