import type { UntagPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOwnPolicy } from '../access.ts';
import { type IamPolicy, type PolicyRecord, policies } from '../policies.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagPolicy = Operation<'UntagPolicy', Input<UntagPolicyCommandInput>, void, IamPolicy<PolicyRecord>>;

/**
 * Takes tags off a customer managed policy; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
 */
export const untagPolicy: UntagPolicy = {
  name: 'UntagPolicy',
  access: ({ PolicyArn, TagKeys }, call) => ({
    ...toOwnPolicy(call, PolicyArn),
    conditions: { 'aws:TagKeys': TagKeys },
  }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    policies.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
};
