import type { CreateAccessKeyCommandInput, CreateAccessKeyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toAccessKeyOwner } from '../access.ts';
import type { AccessKeyOwner } from '../access-key-owners.ts';
import { describeAccessKey } from '../descriptions.ts';
import type { Iam } from '../iam.ts';

type CreateAccessKey = Operation<
  'CreateAccessKey',
  Input<CreateAccessKeyCommandInput>,
  Output<CreateAccessKeyCommandOutput>,
  AccessKeyOwner
>;

/**
 * Creates an access key for a user or, without a name, for the caller. Its secret is in this answer and nowhere else.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export const createAccessKey = ({ accessKeys }: Iam): CreateAccessKey => ({
  name: 'CreateAccessKey',
  access: ({ UserName }, call) => toAccessKeyOwner(call, UserName),
  handle: (_input, owner, { tx, now }) => {
    const { record, secretAccessKey } = accessKeys.create(tx, owner, now);
    return {
      AccessKey: {
        ...describeAccessKey(record, owner.userName),
        SecretAccessKey: secretAccessKey,
      } as Required<NonNullable<CreateAccessKeyCommandOutput['AccessKey']>>,
    };
  },
});
