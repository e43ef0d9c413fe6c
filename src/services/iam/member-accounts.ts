import type { Accounts } from '../../kernel/accounts.ts';
import type { Principals } from '../../kernel/principals.ts';
import { accounts, rootArn } from './accounts.ts';
import { createRoleRecord } from './create-role-record.ts';
import { attachPolicy } from './held-policies.ts';
import { roleHolder } from './policy-holders.ts';
import { roleArn, roles } from './roles.ts';
import { createLinkedRole, linkedPath, linkedRoleName } from './service-linked-roles.ts';
import { acceptTrustPolicy } from './trust-policies.ts';

/**
 * Accounts as Organizations needs them.
 *
 * @param everyAccountExists open mode, where accounts come into being when they are first used
 * @see Organizations User Guide: "Accessing member accounts in an organization"
 */
export const memberAccounts = (principals: Principals, everyAccountExists: boolean): Accounts => ({
  exists: (tx, account) => everyAccountExists || accounts.find(tx, account) !== undefined,

  createMember: (tx, { account, roleName, managementAccount }, now) => {
    accounts.ensure(tx, account, now);
    accounts.ensure(tx, managementAccount, now);
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(managementAccount) }, Action: 'sts:AssumeRole' }],
    };
    const trustPolicy = acceptTrustPolicy(JSON.stringify(trust), tx, principals);
    const role = createRoleRecord(tx, { account, roleName, trustPolicy }, now);
    attachPolicy(tx, roleHolder(role), 'arn:aws:iam::aws:policy/AdministratorAccess');
  },

  accessToOrganizationsRole: (tx, account) => {
    const roleName = organizationsRole();
    if (roles.find(tx, account, roleName)) return undefined;
    return {
      action: 'iam:CreateServiceLinkedRole',
      resource: {
        arn: roleArn({ account, path: linkedPath(organizationsService), roleName }),
        account,
        type: 'AWS::IAM::Role',
      },
      conditions: { 'iam:AWSServiceName': organizationsService },
    };
  },

  ensureOrganizationsRole: (tx, account, now) => {
    const roleName = organizationsRole();
    if (roles.find(tx, account, roleName)) return;
    createLinkedRole(tx, { account, service: organizationsService, roleName }, now);
  },
});

const organizationsService = 'organizations.amazonaws.com';
const organizationsRole = (): string => linkedRoleName(organizationsService, undefined);
