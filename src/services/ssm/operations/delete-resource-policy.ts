import type { DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import { requireShare, sharable } from '../sharing.ts';
import type { Ssm } from '../ssm.ts';

type DeleteResourcePolicy = Operation<
  'DeleteResourcePolicy',
  Input<DeleteResourcePolicyCommandInput>,
  Output<DeleteResourcePolicyCommandOutput>,
  ParameterResource
>;

/**
 * Ends the sharing of a parameter by one of its policies.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteResourcePolicy.html
 */
export const deleteResourcePolicy = ({ parameters }: Ssm): DeleteResourcePolicy => ({
  name: 'DeleteResourcePolicy',
  access: ({ ResourceArn }, call) => ({ resource: sharable(parameters, ResourceArn, call) }),
  handle: ({ PolicyId, PolicyHash }, { record }, { tx }) => {
    requireShare(record, PolicyId, PolicyHash);
    const { [PolicyId]: _ended, ...shares } = record.shares;
    parameters.put(tx, { ...record, shares });
    return {};
  },
});
