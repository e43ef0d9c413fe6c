import type { DeletePolicyVersionCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOwnPolicy } from '../access.ts';
import { timestamp } from '../names.ts';
import { getVersion, type IamPolicy, type PolicyRecord, policies } from '../policies.ts';

type DeletePolicyVersion = Operation<
  'DeletePolicyVersion',
  Input<DeletePolicyVersionCommandInput>,
  void,
  IamPolicy<PolicyRecord>
>;

/**
 * Deletes a version of a customer managed policy that is not in force.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
 */
export const deletePolicyVersion: DeletePolicyVersion = {
  name: 'DeletePolicyVersion',
  access: ({ PolicyArn }, call) => toOwnPolicy(call, PolicyArn),
  handle: ({ VersionId }, { record }, { tx, now }) => {
    const deleted = getVersion(record, VersionId);
    if (deleted.versionId === record.defaultVersionId) {
      throw fault('DeleteConflict', 'Cannot delete the default version of a policy.');
    }
    const versions = record.versions.filter((version) => version !== deleted);
    policies.put(tx, { ...record, versions, updatedAt: timestamp(now) });
  },
};
