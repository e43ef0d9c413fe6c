import type { CreateDelegationRequestCommandInput, CreateDelegationRequestCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';

type CreateDelegationRequest = Operation<
  'CreateDelegationRequest',
  Input<CreateDelegationRequestCommandInput>,
  Output<CreateDelegationRequestCommandOutput>
>;

/**
 * Would ask an account for temporary access. The answer would go to a topic that lets IAM publish, and this server has no
 * service with topics, so every request is refused for its channel.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html
 */
export const createDelegationRequest: CreateDelegationRequest = {
  name: 'CreateDelegationRequest',
  access: ({ NotificationChannel, Permissions, SessionDuration }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:delegation-request/*`, account },
    conditions: {
      'iam:NotificationChannel': NotificationChannel,
      'iam:TemplateArn': Permissions.PolicyTemplateArn,
      'iam:DelegationDuration': String(SessionDuration),
    },
  }),
  handle: ({ NotificationChannel }) => {
    throw fault('InvalidInput', `The notification channel ${NotificationChannel} does not exist or refuses IAM.`);
  },
};
