import type { SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { PrincipalPolicies } from '../../../kernel/caller.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Principal } from '../../../policy/policy.ts';
import type { Transaction } from '../../../store/store.ts';
import { getSimulatedCaller } from '../credentials.ts';
import { type EntityRecord, entityResource, type IamEntity } from '../entities.ts';
import { policiesOfGroup, policiesOfRole, policiesOfUser } from '../policy-sets.ts';
import { type RoleRecord, roleArn } from '../roles.ts';
import { assumedRoleArn, userPrincipal } from '../session-callers.ts';
import { compileInput, simulate, unknownPrincipal } from '../simulation.ts';
import { tagRecord } from '../tags.ts';

type SimulatePrincipalPolicy = Operation<
  'SimulatePrincipalPolicy',
  Input<SimulatePrincipalPolicyCommandInput>,
  Output<SimulatePrincipalPolicyCommandOutput>,
  IamEntity
>;

/**
 * Tells what the policies of a user, group or role would decide, with further policies and another boundary where the caller gives them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulatePrincipalPolicy: SimulatePrincipalPolicy = {
  name: 'SimulatePrincipalPolicy',
  access: ({ PolicySourceArn }, { tx }) => ({ resource: entityResource(tx, PolicySourceArn) }),
  handle: async (input, { record }, call) => {
    const { identity, boundary } = policiesOfEntity(call.tx, record);
    const otherBoundary = input.PermissionsBoundaryPolicyInputList;
    const bounds = otherBoundary
      ? await compileInput(call.account, otherBoundary, 'PermissionsBoundaryPolicyInputList')
      : boundary;
    const principal =
      input.CallerArn === undefined ? principalOf(record) : getSimulatedCaller(call.tx, call.account, input.CallerArn);
    return simulate(input, call, principal, {
      identity: [...identity, ...(await compileInput(call.account, input.PolicyInputList ?? [], 'PolicyInputList'))],
      ...(bounds && { boundary: bounds }),
    });
  },
};

const policiesOfEntity = (tx: Transaction, entity: EntityRecord): PrincipalPolicies => {
  if ('userId' in entity) return policiesOfUser(tx, entity);
  return 'roleId' in entity ? policiesOfRole(tx, entity) : policiesOfGroup(tx, entity);
};

/** A group is nobody: its policies are asked about a user of whom nothing is known. */
const principalOf = (entity: EntityRecord): Principal => {
  if ('userId' in entity) return userPrincipal(entity);
  return 'roleId' in entity ? simulatedRole(entity) : unknownPrincipal(entity.account);
};

const simulatedRole = (role: RoleRecord): Principal => ({
  kind: 'assumed-role',
  account: role.account,
  arn: assumedRoleArn(role, 'simulation'),
  userId: `${role.roleId}:simulation`,
  roleArn: roleArn(role),
  uniqueId: role.roleId,
  tags: tagRecord(role.tags),
});
