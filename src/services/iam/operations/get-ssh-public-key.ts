import type { GetSSHPublicKeyCommandInput, GetSSHPublicKeyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { describeSshPublicKey } from '../descriptions.ts';
import { sshKeyAsPem, sshPublicKeys } from '../ssh-public-keys.ts';
import type { IamUser } from '../users.ts';

type GetSSHPublicKey = Operation<
  'GetSSHPublicKey',
  Input<GetSSHPublicKeyCommandInput>,
  Output<GetSSHPublicKeyCommandOutput>,
  IamUser
>;

/**
 * Shows an SSH public key of a user, in the form of SSH or as PEM.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html
 */
export const getSshPublicKey: GetSSHPublicKey = {
  name: 'GetSSHPublicKey',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ SSHPublicKeyId, Encoding }, { record: user }, { tx }) => {
    const record = sshPublicKeys.get(tx, user, SSHPublicKeyId);
    const body = Encoding === 'PEM' ? sshKeyAsPem(record.body) : record.body;
    return { SSHPublicKey: describeSshPublicKey(record, user.userName, body) };
  },
};
