import type { DeactivateMFADeviceCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import type { Iam } from '../iam.ts';
import { isVirtual } from '../mfa-devices.ts';
import type { IamUser } from '../users.ts';

type DeactivateMFADevice = Operation<'DeactivateMFADevice', Input<DeactivateMFADeviceCommandInput>, void, IamUser>;

/**
 * Takes an MFA device from a user. A virtual one remains and can be enabled again, a security key is forgotten.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
 */
export const deactivateMfaDevice = ({ mfaDevices }: Iam): DeactivateMFADevice => ({
  name: 'DeactivateMFADevice',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: ({ SerialNumber }, { record }, { tx }) => {
    const device = mfaDevices.getOf(tx, record, SerialNumber);
    const { ownerId: _owner, enabledAt: _enabled, ...free } = device;
    if (isVirtual(device)) mfaDevices.put(tx, free);
    else mfaDevices.delete(tx, device);
  },
});
