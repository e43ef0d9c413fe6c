import type { SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { parseUserArn } from '../access.ts';
import { getSimulatedCaller } from '../credentials.ts';
import { policiesOfUser } from '../policy-sets.ts';
import { userPrincipal } from '../session-callers.ts';
import { compileInput, simulate } from '../simulation.ts';
import { type IamUser, users } from '../users.ts';

type SimulatePrincipalPolicy = Operation<
  'SimulatePrincipalPolicy',
  Input<SimulatePrincipalPolicyCommandInput>,
  Output<SimulatePrincipalPolicyCommandOutput>,
  IamUser
>;

/**
 * Tells what a user's policies would decide, with further policies and another boundary where the caller gives them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulatePrincipalPolicy: SimulatePrincipalPolicy = {
  name: 'SimulatePrincipalPolicy',
  access: ({ PolicySourceArn }, { tx }) => {
    const { account, userName } = parseUserArn(PolicySourceArn);
    return { resource: users.resource(tx, account, userName) };
  },
  handle: (input, { record }, call) => {
    const { identity, boundary } = policiesOfUser(call.tx, record);
    const otherBoundary = input.PermissionsBoundaryPolicyInputList;
    const bounds = otherBoundary ? compileInput(otherBoundary, 'PermissionsBoundaryPolicyInputList') : boundary;
    const principal =
      input.CallerArn === undefined ? userPrincipal(record) : getSimulatedCaller(call.tx, input.CallerArn);
    return simulate(input, call, principal, {
      identity: [...identity, ...compileInput(input.PolicyInputList ?? [], 'PolicyInputList')],
      ...(bounds && { boundary: bounds }),
    });
  },
};
