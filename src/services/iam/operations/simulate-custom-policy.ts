import type { SimulateCustomPolicyCommandInput, SimulateCustomPolicyCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { getSimulatedCaller } from '../credentials.ts';
import { compileInput, simulate, unknownPrincipal } from '../simulation.ts';

type SimulateCustomPolicy = Operation<
  'SimulateCustomPolicy',
  Input<SimulateCustomPolicyCommandInput>,
  Output<SimulateCustomPolicyCommandOutput>
>;

/**
 * Tells what the policies in the request would decide.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
export const simulateCustomPolicy: SimulateCustomPolicy = {
  name: 'SimulateCustomPolicy',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: async (input, _resource, call) => {
    const { PolicyInputList, PermissionsBoundaryPolicyInputList: bounds, ResourcePolicy, CallerArn } = input;
    if (ResourcePolicy !== undefined && CallerArn === undefined) {
      throw fault('InvalidInput', 'CallerArn is required when ResourcePolicy is given.');
    }
    const principal =
      CallerArn === undefined ? unknownPrincipal(call.account) : getSimulatedCaller(call.tx, call.account, CallerArn);
    return simulate(input, call, principal, {
      identity: await compileInput(call.account, PolicyInputList, 'PolicyInputList'),
      ...(bounds && { boundary: await compileInput(call.account, bounds, 'PermissionsBoundaryPolicyInputList') }),
    });
  },
};
