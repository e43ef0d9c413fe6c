import type { ListMFADeviceTagsCommandInput, ListMFADeviceTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toMfaDevice } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { Iam } from '../iam.ts';
import type { IamMfaDevice } from '../mfa-devices.ts';

type ListMFADeviceTags = Operation<
  'ListMFADeviceTags',
  Input<ListMFADeviceTagsCommandInput>,
  Output<ListMFADeviceTagsCommandOutput>,
  IamMfaDevice
>;

/**
 * Lists a virtual MFA device's tags by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html
 */
export const listMfaDeviceTags = ({ mfaDevices }: Iam): ListMFADeviceTags => ({
  name: 'ListMFADeviceTags',
  access: ({ SerialNumber }, call) => toMfaDevice(mfaDevices, call, SerialNumber),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
});
