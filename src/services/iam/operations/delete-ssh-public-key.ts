import type { DeleteSSHPublicKeyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { sshPublicKeys } from '../ssh-public-keys.ts';
import type { IamUser } from '../users.ts';

type DeleteSSHPublicKey = Operation<'DeleteSSHPublicKey', Input<DeleteSSHPublicKeyCommandInput>, void, IamUser>;

/**
 * Deletes an SSH public key of a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html
 */
export const deleteSshPublicKey: DeleteSSHPublicKey = {
  name: 'DeleteSSHPublicKey',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SSHPublicKeyId }, { record }, { tx }) =>
    sshPublicKeys.delete(tx, sshPublicKeys.get(tx, record, SSHPublicKeyId)),
};
