import type { CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toOwnPolicy } from '../access.ts';
import { requireManagedDocument } from '../create.ts';
import { describeVersion } from '../descriptions.ts';
import { type IamPolicy, type PolicyRecord, policies, withVersion } from '../policies.ts';

type CreatePolicyVersion = Operation<
  'CreatePolicyVersion',
  Input<CreatePolicyVersionCommandInput>,
  Output<CreatePolicyVersionCommandOutput>,
  IamPolicy<PolicyRecord>
>;

/**
 * Adds a version to a customer managed policy, in force at once where the caller says so.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
 */
export const createPolicyVersion: CreatePolicyVersion = {
  name: 'CreatePolicyVersion',
  access: ({ PolicyArn }, call) => toOwnPolicy(call, PolicyArn),
  handle: ({ PolicyDocument, SetAsDefault = false }, { record }, { tx, now }) => {
    requireManagedDocument(PolicyDocument);
    const updated = withVersion(record, PolicyDocument, SetAsDefault, now);
    policies.put(tx, updated);
    return { PolicyVersion: describeVersion(updated, updated.versions.at(-1)!) };
  },
};
