import type { ListMFADevicesCommandInput, ListMFADevicesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { callingUserName, toUser } from '../access.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';
import type { IamUser } from '../users.ts';

type ListMFADevices = Operation<
  'ListMFADevices',
  Input<ListMFADevicesCommandInput>,
  Output<ListMFADevicesCommandOutput>,
  IamUser
>;

/**
 * Lists the MFA devices of a user or, without a name, of the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 */
export const listMfaDevices = ({ mfaDevices }: Iam): ListMFADevices => ({
  name: 'ListMFADevices',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (input, { record }, call) => {
    const { items, truncation } = listed(
      input,
      call,
      pageOf(mfaDevices.listOf(call.tx, record.userId), ({ serialNumber }) => serialNumber),
    );
    const MFADevices = items.map(({ serialNumber, enabledAt }) => ({
      UserName: record.userName,
      SerialNumber: serialNumber,
      EnableDate: new Date(enabledAt!),
    }));
    return { MFADevices, ...truncation };
  },
});
