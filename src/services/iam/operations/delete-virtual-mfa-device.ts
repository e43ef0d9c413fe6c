import type { DeleteVirtualMFADeviceCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toMfaDevice } from '../access.ts';
import type { Iam } from '../iam.ts';
import type { IamMfaDevice } from '../mfa-devices.ts';

type DeleteVirtualMFADevice = Operation<
  'DeleteVirtualMFADevice',
  Input<DeleteVirtualMFADeviceCommandInput>,
  void,
  IamMfaDevice
>;

/**
 * Deletes a virtual MFA device that nobody has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
 */
export const deleteVirtualMfaDevice = ({ mfaDevices }: Iam): DeleteVirtualMFADevice => ({
  name: 'DeleteVirtualMFADevice',
  access: ({ SerialNumber }, call) => toMfaDevice(mfaDevices, call, SerialNumber),
  handle: (_input, { record }, { tx }) => {
    if (record.ownerId !== undefined) {
      throw fault('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.');
    }
    mfaDevices.delete(tx, record);
  },
});
