import type { CreateVirtualMFADeviceCommandInput, CreateVirtualMFADeviceCommandOutput } from '@aws-sdk/client-iam';
import { randomBytes } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { describeTags } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { mfaDeviceArn, provisioningUri, seedBytes, toBase32 } from '../mfa-provisioning.ts';
import { timestamp } from '../names.ts';
import { qrCodePng } from '../qr-code.ts';
import { exactTags, firstTags } from '../tags.ts';

type CreateVirtualMFADevice = Operation<
  'CreateVirtualMFADevice',
  Input<CreateVirtualMFADeviceCommandInput>,
  Output<CreateVirtualMFADeviceCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a virtual MFA device. Its seed is in this answer and nowhere else; nobody has the device until EnableMFADevice.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
 */
export const createVirtualMfaDevice = ({ mfaDevices }: Iam): CreateVirtualMFADevice => ({
  name: 'CreateVirtualMFADevice',
  access: ({ VirtualMFADeviceName, Path = '/', Tags }, { account }) => {
    const arn = mfaDeviceArn(account, Path, VirtualMFADeviceName);
    const resource = { arn, account, type: 'AWS::IAM::VirtualMFADevice' };
    return creatingWithTags({ resource }, 'iam:TagMFADevice', Tags);
  },
  handle: ({ VirtualMFADeviceName, Path = '/', Tags }, _device, { tx, account, caller, now }) => {
    const serialNumber = mfaDeviceArn(account, Path, VirtualMFADeviceName);
    if (mfaDevices.find(tx, account, serialNumber)) {
      throw fault('EntityAlreadyExists', 'MFA device already exists.');
    }
    const tags = firstTags(Tags, exactTags);
    const seed = randomBytes(seedBytes);
    mfaDevices.create(tx, { account, serialNumber, createdAt: timestamp(now), tags }, seed);
    const base32Seed = toBase32(seed);
    seed.fill(0);
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(base32Seed),
        QRCodePNG: qrCodePng(provisioningUri(caller.userName ?? 'root', account, base32Seed)),
        ...(tags.length > 0 && { Tags: describeTags(tags) }),
      },
    };
  },
});
