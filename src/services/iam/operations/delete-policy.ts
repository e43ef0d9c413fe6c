import type { DeletePolicyCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOwnPolicy } from '../access.ts';
import { accounts } from '../accounts.ts';
import { attachments } from '../attachments.ts';
import { type IamPolicy, type PolicyRecord, policies } from '../policies.ts';

type DeletePolicy = Operation<'DeletePolicy', Input<DeletePolicyCommandInput>, void, IamPolicy<PolicyRecord>>;

/**
 * Deletes a customer managed policy that is attached nowhere and has no version beside the default.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 */
export const deletePolicy: DeletePolicy = {
  name: 'DeletePolicy',
  access: ({ PolicyArn }, call) => toOwnPolicy(call, PolicyArn),
  handle: (_input, { record }, { tx, account }) => {
    const { PermissionsPolicy, PermissionsBoundary } = attachments.counts(tx, account, record.arn);
    if (PermissionsPolicy + PermissionsBoundary > 0) {
      throw fault('DeleteConflict', 'Cannot delete a policy attached to entities.');
    }
    if (record.versions.length > 1) throw fault('DeleteConflict', moreVersions);
    policies.delete(tx, record);
    attachments.forget(tx, account, record.arn);
    accounts.countOneLess(tx, account, 'PoliciesPerAccount');
  },
};

const moreVersions =
  "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
