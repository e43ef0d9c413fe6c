import type { PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import { acceptSharing, sharable } from '../sharing.ts';
import type { Ssm } from '../ssm.ts';

type PutResourcePolicy = Operation<
  'PutResourcePolicy',
  Input<PutResourcePolicyCommandInput>,
  Output<PutResourcePolicyCommandOutput>,
  ParameterResource
>;

/**
 * Shares a parameter of the advanced tier with other accounts, by a policy of its own.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutResourcePolicy.html
 */
export const putResourcePolicy = ({ parameters, principals }: Ssm): PutResourcePolicy => ({
  name: 'PutResourcePolicy',
  access: ({ ResourceArn }, call) => ({ resource: sharable(parameters, ResourceArn, call) }),
  handle: (input, { record }, call) => {
    const { shares, id, hash } = acceptSharing(input, record, principals, call);
    parameters.put(call.tx, { ...record, shares });
    return { PolicyId: id, PolicyHash: hash };
  },
});
