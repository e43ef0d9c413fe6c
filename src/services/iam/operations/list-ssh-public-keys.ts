import type { ListSSHPublicKeysCommandInput, ListSSHPublicKeysCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { callingUserName, toUser } from '../access.ts';
import { listed } from '../listing.ts';
import { sshPublicKeys } from '../ssh-public-keys.ts';
import type { IamUser } from '../users.ts';

type ListSSHPublicKeys = Operation<
  'ListSSHPublicKeys',
  Input<ListSSHPublicKeysCommandInput>,
  Output<ListSSHPublicKeysCommandOutput>,
  IamUser
>;

/**
 * Lists the SSH public keys of a user or, without a name, of the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
 */
export const listSshPublicKeys: ListSSHPublicKeys = {
  name: 'ListSSHPublicKeys',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (input, { record: user }, call) => {
    const { items, truncation } = listed(
      input,
      call,
      pageOf(sshPublicKeys.list(call.tx, user), ({ keyId }) => keyId),
    );
    const SSHPublicKeys = items.map(({ keyId, status, uploadedAt }) => ({
      UserName: user.userName,
      SSHPublicKeyId: keyId,
      Status: status,
      UploadDate: new Date(uploadedAt),
    }));
    return { SSHPublicKeys, ...truncation };
  },
};
