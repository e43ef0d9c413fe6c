import type { DeleteAccessKeyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toAccessKeyOwner } from '../access.ts';
import type { AccessKeyOwner } from '../access-key-owners.ts';

import type { Iam } from '../iam.ts';

type DeleteAccessKey = Operation<'DeleteAccessKey', Input<DeleteAccessKeyCommandInput>, void, AccessKeyOwner>;

/**
 * Deletes an access key; effective with the next request.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
 */
export const deleteAccessKey = ({ accessKeys, lastUsed }: Iam): DeleteAccessKey => ({
  name: 'DeleteAccessKey',
  access: ({ UserName }, call) => toAccessKeyOwner(call, UserName),
  handle: ({ AccessKeyId }, owner, { tx }) => {
    accessKeys.delete(tx, owner, AccessKeyId);
    lastUsed.forget(tx, AccessKeyId);
  },
});
