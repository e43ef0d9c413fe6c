import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { createVirtualMfaDevice } from '../operations/create-virtual-mfa-device.ts';
import { deactivateMfaDevice } from '../operations/deactivate-mfa-device.ts';
import { deleteVirtualMfaDevice } from '../operations/delete-virtual-mfa-device.ts';
import { enableMfaDevice } from '../operations/enable-mfa-device.ts';
import { getMfaDevice } from '../operations/get-mfa-device.ts';
import { listMfaDeviceTags } from '../operations/list-mfa-device-tags.ts';
import { listMfaDevices } from '../operations/list-mfa-devices.ts';
import { listVirtualMfaDevices } from '../operations/list-virtual-mfa-devices.ts';
import { resyncMfaDevice } from '../operations/resync-mfa-device.ts';
import { tagMfaDevice } from '../operations/tag-mfa-device.ts';
import { untagMfaDevice } from '../operations/untag-mfa-device.ts';

/** Operations on MFA devices. */
export const mfaDeviceOperations = (iam: Iam): Service['operations'] => [
  createVirtualMfaDevice(iam),
  deactivateMfaDevice(iam),
  deleteVirtualMfaDevice(iam),
  enableMfaDevice(iam),
  getMfaDevice(iam),
  listMfaDeviceTags(iam),
  listMfaDevices(iam),
  listVirtualMfaDevices(iam),
  resyncMfaDevice(iam),
  tagMfaDevice(iam),
  untagMfaDevice(iam),
];
