import type { UpdateSSHPublicKeyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { requireSwitch, sshPublicKeys } from '../ssh-public-keys.ts';
import type { IamUser } from '../users.ts';

type UpdateSSHPublicKey = Operation<'UpdateSSHPublicKey', Input<UpdateSSHPublicKeyCommandInput>, void, IamUser>;

/**
 * Makes an SSH public key of a user active or inactive.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html
 */
export const updateSshPublicKey: UpdateSSHPublicKey = {
  name: 'UpdateSSHPublicKey',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SSHPublicKeyId, Status }, { record }, { tx }) => {
    const key = sshPublicKeys.get(tx, record, SSHPublicKeyId);
    sshPublicKeys.put(tx, { ...key, status: requireSwitch(Status) });
  },
};
