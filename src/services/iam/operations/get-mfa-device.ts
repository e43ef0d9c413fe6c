import type { GetMFADeviceCommandInput, GetMFADeviceCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import type { Iam } from '../iam.ts';
import type { IamUser } from '../users.ts';

type GetMFADevice = Operation<
  'GetMFADevice',
  Input<GetMFADeviceCommandInput>,
  Output<GetMFADeviceCommandOutput>,
  IamUser
>;

/**
 * Shows an MFA device of a user or, without a name, of the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
 */
export const getMfaDevice = ({ mfaDevices }: Iam): GetMFADevice => ({
  name: 'GetMFADevice',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: ({ SerialNumber }, { record }, { tx }) => {
    const { serialNumber, enabledAt, certifications } = mfaDevices.getOf(tx, record, SerialNumber);
    return {
      UserName: record.userName,
      SerialNumber: serialNumber,
      EnableDate: new Date(enabledAt!),
      ...(certifications && { Certifications: { ...certifications } }),
    };
  },
});
