import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Conditions, Resource } from '../../kernel/operation.ts';
import { compilePolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import type { MfaDevices } from './mfa-devices.ts';
import { policies } from './policies.ts';
import { requireWellFormed } from './policy-documents.ts';
import { type RoleRecord, roleArn, roles } from './roles.ts';
import { iamResourceTagConditions, tagRecord } from './tags.ts';
import { trustPolicyOf } from './trust-policies.ts';

/** A role as it is assumed: protected by its trust policy, without which no identity policy is enough. */
export interface AssumableRole extends Resource {
  readonly roleName: string;
  readonly roleId: string;
  readonly maxSessionSeconds: number;
}

/**
 * The role with an ARN. One that does not exist is refused like one that trusts nobody.
 *
 * @throws {Fault} `ValidationError` for what cannot name a role
 */
export const assumableRole = (tx: Transaction, arn: string): AssumableRole | AbsentResource => {
  if (!isArn(arn)) throw fault('ValidationError', `${arn} is invalid`);
  const account = /^arn:aws:iam::(\d{12}):role\/./.exec(arn)?.[1];
  if (account === undefined) throw fault('ValidationError', 'Request ARN is invalid');
  const record = roles.findByArn(tx, arn);
  if (record) return resourceOf(record);
  const protection = { policy: trustsNobody, policyRequired: true };
  return { arn, account, type: 'AWS::IAM::Role', ...protection, absent: fault('AccessDenied', 'Access denied') };
};

/** Partition, service and resource are there. */
const isArn = (text: string): boolean => /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(text);

const resourceOf = (record: RoleRecord): AssumableRole => ({
  arn: roleArn(record),
  account: record.account,
  type: 'AWS::IAM::Role',
  policy: trustPolicyOf(record),
  policyRequired: true,
  tags: tagRecord(record.tags),
  conditions: (): Conditions => iamResourceTagConditions(record.tags),
  roleName: record.roleName,
  roleId: record.roleId,
  maxSessionSeconds: record.maxSessionSeconds,
});

const trustsNobody = compilePolicy({ kind: 'trust', version: '2012-10-17', statements: [] });

/**
 * Verifies a code of the caller's MFA device; the code is used up with the transaction.
 *
 * @throws {Fault} `AccessDenied`
 */
export const requireMfa = (
  tx: Transaction,
  devices: MfaDevices,
  caller: Caller,
  { SerialNumber, TokenCode }: { readonly SerialNumber?: string | undefined; readonly TokenCode?: string | undefined },
  now: Date,
): void => {
  if (SerialNumber === undefined || TokenCode === undefined) throw fault('AccessDenied', incomplete);
  const device = devices.find(tx, caller.account, SerialNumber);
  if (device?.ownerId === undefined || device.ownerId !== caller.uniqueId) throw fault('AccessDenied', notYours);
  const accepted = devices.accepted(device, TokenCode, now);
  if (!accepted) throw fault('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  devices.put(tx, accepted);
};

const incomplete = 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ';
const notYours =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.';

/**
 * Checks session policies that a request brings.
 *
 * @throws {Fault} `MalformedPolicyDocument`
 */
export const requireSessionPolicies = (
  tx: Transaction,
  account: string,
  document: string | undefined,
  arns: readonly string[],
): void => {
  if (document !== undefined) requireWellFormed(document, 'identity');
  for (const arn of arns) {
    const owner = /^arn:aws:iam::(aws|\d{12}):policy\/(?:[!-~]+\/)?[\w+=,.@-]{1,128}$/.exec(arn)?.[1];
    const mayBe = owner === 'aws' || owner === account;
    if (!mayBe || !policies.find(tx, arn)) {
      throw fault('MalformedPolicyDocument', `The session policy ${arn} does not exist.`);
    }
  }
};
