import type { EnableMFADeviceCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import type { Iam } from '../iam.ts';
import { invalidCodes, noSuchMfaDevice } from '../mfa-devices.ts';
import { timestamp } from '../names.ts';
import { requireWithinQuota } from '../quotas.ts';
import { type IamUser, users } from '../users.ts';

type EnableMFADevice = Operation<'EnableMFADevice', Input<EnableMFADeviceCommandInput>, void, IamUser>;

/**
 * Gives a virtual MFA device to a user, who shows two consecutive codes of it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
 */
export const enableMfaDevice = ({ mfaDevices }: Iam): EnableMFADevice => ({
  name: 'EnableMFADevice',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SerialNumber, AuthenticationCode1, AuthenticationCode2 }, { record: user }, { tx, account, now }) => {
    const device = mfaDevices.find(tx, account, SerialNumber);
    if (!device) throw noSuchMfaDevice(SerialNumber);
    if (device.ownerId !== undefined) throw fault('EntityAlreadyExists', 'MFA Device is already in use.');
    requireWithinQuota('MFADevicesPerUser', mfaDevices.listOf(tx, user.userId).length + 1);
    const synchronized = mfaDevices.synchronized(device, AuthenticationCode1, AuthenticationCode2, now);
    if (!synchronized) throw invalidCodes();
    mfaDevices.put(tx, { ...synchronized, ownerId: user.userId, enabledAt: timestamp(now) });
    // The user is written too, so that giving it a device and deleting it at the same moment collide.
    users.put(tx, { ...user });
  },
});
