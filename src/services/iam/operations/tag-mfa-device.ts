import type { TagMFADeviceCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toMfaDevice } from '../access.ts';
import type { Iam } from '../iam.ts';
import type { IamMfaDevice } from '../mfa-devices.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagMFADevice = Operation<'TagMFADevice', Input<TagMFADeviceCommandInput>, void, IamMfaDevice>;

/**
 * Adds tags to a virtual MFA device; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html
 */
export const tagMfaDevice = ({ mfaDevices }: Iam): TagMFADevice => ({
  name: 'TagMFADevice',
  access: ({ SerialNumber, Tags }, call) => toMfaDevice(mfaDevices, call, SerialNumber, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    mfaDevices.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
});
