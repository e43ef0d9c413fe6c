import { authorize } from '../../kernel/authorize.ts';
import type { Call } from '../../kernel/call.ts';
import { type Caller, type CallSource, serviceCaller } from '../../kernel/caller.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import type { Access, Resource } from '../../kernel/operation.ts';
import type { Roles } from './lambda.ts';

/** Lambda's name as a principal. */
export const lambdaPrincipal = 'lambda.amazonaws.com';

/** Name of the sessions of a function's role: the function's own. STS takes none of one character. */
export const sessionNameOf = (functionName: string): string => functionName.padEnd(2, '-');

/** Lambda itself, acting because of a function. */
export const lambdaCaller = (source: CallSource): Caller => serviceCaller(lambdaPrincipal, source);

/**
 * What a caller must be allowed who gives a function its execution role.
 *
 * @throws {Fault} AccessDenied for a role of another account
 * @see IAM: "Granting a user permissions to pass a role to an AWS service"
 */
export const passing = (roleArn: string, functionArn: string, call: Call): Access<Resource> => {
  const account = roleArn.split(':')[4]!;
  if (account !== call.account) throw fault('AccessDenied', 'Cross-account pass role is not allowed.');
  return {
    action: 'iam:PassRole',
    resource: { arn: roleArn, account, type: 'AWS::IAM::Role' },
    conditions: { 'iam:PassedToService': lambdaPrincipal, 'iam:AssociatedResourceArn': functionArn },
  };
};

/**
 * Makes sure that the role exists and that its trust policy lets Lambda assume it for this function.
 *
 * @throws {Fault} InvalidParameterValueException
 */
export const requireAssumable = (roles: Roles, roleArn: string, functionArn: string, call: Call): void => {
  const resource = roles.find(call.tx, roleArn);
  const [, , , , account = ''] = functionArn.split(':');
  const asked: Call = {
    ...call,
    caller: lambdaCaller({ arn: functionArn, account }),
    service: 'sts',
    operation: 'AssumeRole',
  };
  const conditions = { 'sts:RoleSessionName': sessionNameOf(functionArn.split(':')[6]!) };
  try {
    authorize({ action: 'sts:AssumeRole', resource, conditions }, asked, {}, roles.identities, []);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw unassumable('InvalidParameterValueException');
  }
  if (resource.absent) throw unassumable('InvalidParameterValueException');
};

/** Whether a function's execution role may do something, as policies are now. */
export const roleMay = (
  roles: Roles,
  roleArn: string,
  access: Pick<Access<Resource>, 'action' | 'resource'>,
  functionName: string,
  call: Call,
): boolean => {
  const role = roles.find(call.tx, roleArn);
  if (!('roleId' in role)) return false;
  const { account, roleName, roleId } = role;
  const issuer = { type: 'Role', uniqueId: roleId, arn: roleArn, userName: roleName } as const;
  const caller: Caller = {
    kind: 'assumed-role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionNameOf(functionName)}`,
    userId: `${roleId}:${sessionNameOf(functionName)}`,
    uniqueId: roleId,
    roleArn,
    ...(role.tags && { tags: role.tags }),
    session: { issuedAt: call.now, expiresAt: call.now, issuer },
  };
  try {
    authorize(access, { ...call, caller, via: [lambdaPrincipal] }, {}, roles.identities, []);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
};

/** @param code which error it is depends on when it is found */
export const unassumable = (code: string): Fault =>
  fault(code, 'The role defined for the function cannot be assumed by Lambda.', { members: { Type: 'User' } });
