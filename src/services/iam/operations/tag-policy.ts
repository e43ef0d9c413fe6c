import type { TagPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toOwnPolicy } from '../access.ts';
import { type IamPolicy, type PolicyRecord, policies } from '../policies.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagPolicy = Operation<'TagPolicy', Input<TagPolicyCommandInput>, void, IamPolicy<PolicyRecord>>;

/**
 * Adds tags to a customer managed policy; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
 */
export const tagPolicy: TagPolicy = {
  name: 'TagPolicy',
  access: ({ PolicyArn, Tags }, call) => ({ ...toOwnPolicy(call, PolicyArn), conditions: requestTagConditions(Tags) }),
  handle: ({ Tags }, { record }, { tx }) =>
    policies.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
};
