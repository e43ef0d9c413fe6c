import type { GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput } from '@aws-sdk/client-sts';
import { accountOfAccessKeyId } from '../../../kernel/access-key-id.ts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Sts } from '../sts.ts';

type GetAccessKeyInfo = Operation<
  'GetAccessKeyInfo',
  Input<GetAccessKeyInfoCommandInput>,
  Output<GetAccessKeyInfoCommandOutput>
>;

/**
 * Tells which account an access key belongs to, also of a temporary, inactive or deleted key: the id itself says it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export const getAccessKeyInfo = ({ accountOfAccessKey }: Sts): GetAccessKeyInfo => ({
  name: 'GetAccessKeyInfo',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ AccessKeyId }, _resource, { tx }) => {
    const account = accountOfAccessKey(tx, AccessKeyId) ?? accountOfAccessKeyId(AccessKeyId);
    if (account === undefined) throw fault('ValidationError', `Invalid access key ID: ${AccessKeyId}`);
    return { Account: account };
  },
});
