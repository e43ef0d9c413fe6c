import type { ResyncMFADeviceCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import type { Iam } from '../iam.ts';
import { invalidCodes } from '../mfa-devices.ts';
import type { IamUser } from '../users.ts';

type ResyncMFADevice = Operation<'ResyncMFADevice', Input<ResyncMFADeviceCommandInput>, void, IamUser>;

/**
 * Sets the clock of a user's MFA device right by two consecutive codes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
 */
export const resyncMfaDevice = ({ mfaDevices }: Iam): ResyncMFADevice => ({
  name: 'ResyncMFADevice',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SerialNumber, AuthenticationCode1, AuthenticationCode2 }, { record }, { tx, now }) => {
    const device = mfaDevices.getOf(tx, record, SerialNumber);
    const synchronized = mfaDevices.synchronized(device, AuthenticationCode1, AuthenticationCode2, now);
    if (!synchronized) throw invalidCodes();
    mfaDevices.put(tx, synchronized);
  },
});
