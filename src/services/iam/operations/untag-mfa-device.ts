import type { UntagMFADeviceCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toMfaDevice } from '../access.ts';
import type { Iam } from '../iam.ts';
import type { IamMfaDevice } from '../mfa-devices.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagMFADevice = Operation<'UntagMFADevice', Input<UntagMFADeviceCommandInput>, void, IamMfaDevice>;

/**
 * Takes tags off a virtual MFA device; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html
 */
export const untagMfaDevice = ({ mfaDevices }: Iam): UntagMFADevice => ({
  name: 'UntagMFADevice',
  access: ({ SerialNumber, TagKeys }, call) => toMfaDevice(mfaDevices, call, SerialNumber, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    mfaDevices.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
});
