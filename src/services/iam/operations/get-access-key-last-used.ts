import type { GetAccessKeyLastUsedCommandInput, GetAccessKeyLastUsedCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { rootArn } from '../accounts.ts';
import type { Iam } from '../iam.ts';
import { type IamUser, users } from '../users.ts';

type GetAccessKeyLastUsed = Operation<
  'GetAccessKeyLastUsed',
  Input<GetAccessKeyLastUsedCommandInput>,
  Output<GetAccessKeyLastUsedCommandOutput>,
  Resource
>;

/**
 * Tells when, where and for which service an access key was last used, and whose key it is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
export const getAccessKeyLastUsed = ({ accessKeys, lastUsed }: Iam): GetAccessKeyLastUsed => ({
  name: 'GetAccessKeyLastUsed',
  access: ({ AccessKeyId }, { tx, account, caller }) => {
    const key = accessKeys.find(tx, AccessKeyId);
    const deniedOn = ` on resource: access key ${AccessKeyId}`;
    if (key?.account === account && key.owner.kind === 'user') {
      return { resource: users.resource(tx, account, key.owner.userName), deniedOn };
    }
    if (key?.account === account) return { resource: { arn: rootArn(account), account }, deniedOn };
    // IAM does not tell a key of another account from one that does not exist, and writes this sentence without a colon.
    const denied = `User: ${caller.arn} is not authorized to perform iam:GetAccessKeyLastUsed${deniedOn}`;
    return {
      resource: { arn: `arn:aws:iam::${account}:user/*`, account, absent: fault('AccessDenied', denied) },
      deniedOn,
    };
  },
  handle: ({ AccessKeyId }, resource, { tx }) => {
    const use = lastUsed.find(tx, AccessKeyId);
    return {
      ...('record' in resource && { UserName: (resource as IamUser).record.userName }),
      AccessKeyLastUsed: use
        ? { LastUsedDate: new Date(use.at), ServiceName: use.service, Region: use.region }
        : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
    };
  },
});
