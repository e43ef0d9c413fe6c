import type { ListVirtualMFADevicesCommandInput, ListVirtualMFADevicesCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { describeUser } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';
import { isVirtual } from '../mfa-devices.ts';
import { users } from '../users.ts';

type ListVirtualMFADevices = Operation<
  'ListVirtualMFADevices',
  Input<ListVirtualMFADevicesCommandInput>,
  Output<ListVirtualMFADevicesCommandOutput>
>;

/**
 * Lists the account's virtual MFA devices, also only those that somebody has or nobody has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
 */
export const listVirtualMfaDevices = ({ mfaDevices }: Iam): ListVirtualMFADevices => ({
  name: 'ListVirtualMFADevices',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const { AssignmentStatus = 'Any' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => mfaDevices.list(call.tx, call.account, page),
      (device) =>
        isVirtual(device) &&
        (AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === (device.ownerId !== undefined)),
    );
    const VirtualMFADevices = items.map(({ serialNumber, ownerId, enabledAt }) => ({
      SerialNumber: serialNumber,
      ...(ownerId !== undefined && {
        User: describeUser(users.findById(call.tx, ownerId)!),
        EnableDate: new Date(enabledAt!),
      }),
    }));
    return { VirtualMFADevices, ...truncation };
  },
});
