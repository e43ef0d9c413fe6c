import type { UpdateAccessKeyCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toAccessKeyOwner } from '../access.ts';
import type { AccessKeyOwner } from '../access-key-owners.ts';
import type { Iam } from '../iam.ts';

type UpdateAccessKey = Operation<'UpdateAccessKey', Input<UpdateAccessKeyCommandInput>, void, AccessKeyOwner>;

/**
 * Switches an access key on or off; effective with the next request.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
export const updateAccessKey = ({ accessKeys }: Iam): UpdateAccessKey => ({
  name: 'UpdateAccessKey',
  access: ({ UserName }, call) => toAccessKeyOwner(call, UserName),
  handle: ({ AccessKeyId, Status }, owner, { tx }) => {
    if (Status === 'Expired')
      throw fault('InvalidInput', 'The status of an access key can be set to Active or Inactive only.');
    accessKeys.setStatus(tx, owner, AccessKeyId, Status);
  },
});
