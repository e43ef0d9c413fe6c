import type { UploadSSHPublicKeyCommandInput, UploadSSHPublicKeyCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { describeSshPublicKey } from '../descriptions.ts';
import { timestamp } from '../names.ts';
import { requireWithinQuota } from '../quotas.ts';
import { readSshKey, sshPublicKeys } from '../ssh-public-keys.ts';
import { newUniqueId } from '../unique-ids.ts';
import { type IamUser, users } from '../users.ts';

type UploadSSHPublicKey = Operation<
  'UploadSSHPublicKey',
  Input<UploadSSHPublicKeyCommandInput>,
  Output<UploadSSHPublicKeyCommandOutput>,
  IamUser
>;

/**
 * Keeps an SSH public key of a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
 */
export const uploadSshPublicKey: UploadSSHPublicKey = {
  name: 'UploadSSHPublicKey',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SSHPublicKeyBody }, { record: user }, { tx, now }) => {
    const { body, fingerprint } = readSshKey(SSHPublicKeyBody);
    const existing = sshPublicKeys.list(tx, user);
    if (existing.some((key) => key.body === body)) {
      throw fault('DuplicateSSHPublicKey', 'The SSH public key is associated with the user already.');
    }
    requireWithinQuota('SSHPublicKeysPerUser', existing.length + 1);
    const record = {
      userId: user.userId,
      keyId: newUniqueId('APKA'),
      body,
      fingerprint,
      status: 'Active' as const,
      uploadedAt: timestamp(now),
    };
    sshPublicKeys.put(tx, record);
    // The user is written too, so that giving it a key and deleting it at the same moment collide.
    users.put(tx, { ...user });
    return { SSHPublicKey: describeSshPublicKey(record, user.userName, body) };
  },
};
