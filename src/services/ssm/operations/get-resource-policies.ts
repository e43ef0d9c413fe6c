import type { GetResourcePoliciesCommandInput, GetResourcePoliciesCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { listPage } from '../listing.ts';
import type { ParameterResource } from '../parameters.ts';
import { displaySharing, sharable } from '../sharing.ts';
import type { Ssm } from '../ssm.ts';

type GetResourcePolicies = Operation<
  'GetResourcePolicies',
  Input<GetResourcePoliciesCommandInput>,
  Output<GetResourcePoliciesCommandOutput>,
  ParameterResource
>;

/**
 * Lists the policies by which a parameter is shared.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetResourcePolicies.html
 */
export const getResourcePolicies = ({ parameters, principals }: Ssm): GetResourcePolicies => ({
  name: 'GetResourcePolicies',
  access: ({ ResourceArn }, call) => ({ resource: sharable(parameters, ResourceArn, call) }),
  handle: (input, { record }, call) => {
    const policies = displaySharing(record, principals, call.tx);
    const { items, next } = listPage(
      input,
      call,
      50,
      pageOf(policies, ({ PolicyId }) => PolicyId!),
    );
    return { Policies: [...items], ...next };
  },
});
