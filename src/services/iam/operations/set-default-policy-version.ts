import type { SetDefaultPolicyVersionCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOwnPolicy } from '../access.ts';
import { timestamp } from '../names.ts';
import { getVersion, type IamPolicy, type PolicyRecord, policies } from '../policies.ts';

type SetDefaultPolicyVersion = Operation<
  'SetDefaultPolicyVersion',
  Input<SetDefaultPolicyVersionCommandInput>,
  void,
  IamPolicy<PolicyRecord>
>;

/**
 * Puts a version of a customer managed policy in force, wherever it is attached.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
 */
export const setDefaultPolicyVersion: SetDefaultPolicyVersion = {
  name: 'SetDefaultPolicyVersion',
  access: ({ PolicyArn }, call) => toOwnPolicy(call, PolicyArn),
  handle: ({ VersionId }, { record }, { tx, now }) => {
    const { versionId } = getVersion(record, VersionId);
    policies.put(tx, { ...record, defaultVersionId: versionId, updatedAt: timestamp(now) });
  },
};
