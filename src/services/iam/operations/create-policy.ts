import type { CreatePolicyCommandInput, CreatePolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { attachments } from '../attachments.ts';
import { createPolicyRecord } from '../create.ts';
import { describePolicy, describeTags } from '../descriptions.ts';
import { policyArn } from '../policies.ts';
import { exactTags, firstTags } from '../tags.ts';

type CreatePolicy = Operation<
  'CreatePolicy',
  Input<CreatePolicyCommandInput>,
  Output<CreatePolicyCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a customer managed policy, version v1.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
export const createPolicy: CreatePolicy = {
  name: 'CreatePolicy',
  access: ({ PolicyName, Path = '/', Tags }, { account }) => {
    const resource = { arn: policyArn(account, Path, PolicyName), account, type: 'AWS::IAM::Policy' };
    const deniedOn = ` on resource: policy ${PolicyName}`;
    return creatingWithTags({ resource, deniedOn }, 'iam:TagPolicy', Tags);
  },
  handle: ({ PolicyName, Path, PolicyDocument, Description, Tags }, _policy, { tx, account, now }) => {
    const record = createPolicyRecord(
      tx,
      {
        account,
        policyName: PolicyName,
        path: Path,
        document: PolicyDocument,
        description: Description,
        tags: firstTags(Tags, exactTags),
      },
      now,
    );
    const described = describePolicy(record, attachments.counts(tx, account, record.arn));
    return { Policy: { ...described, ...(record.tags.length > 0 && { Tags: describeTags(record.tags) }) } };
  },
};
