import type { CreateDelegationRequestCommandInput, CreateDelegationRequestCommandOutput } from '@aws-sdk/client-iam';
import { randomUuid } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { notifyRequestor } from '../delegation-notices.ts';
import { type DelegationParameter, delegationRequests, stateMs } from '../delegation-requests.ts';
import { permissionsOf } from '../delegation-templates.ts';

type CreateDelegationRequest = Operation<
  'CreateDelegationRequest',
  Input<CreateDelegationRequestCommandInput>,
  Output<CreateDelegationRequestCommandOutput>
>;

type Given = Input<CreateDelegationRequestCommandInput>;

/**
 * Asks an account, or whichever takes the request on, for temporary permissions.
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
  handle: (input, _resource, { tx, account, now }) => {
    const { OwnerAccountId, Permissions, NotificationChannel, RequestorWorkflowId } = input;
    if (!/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/.test(NotificationChannel)) {
      throw fault('InvalidInput', `The notification channel ${NotificationChannel} is not an SNS topic.`);
    }
    if (delegationRequests.hasWorkflow(tx, account, RequestorWorkflowId)) {
      throw fault(
        'EntityAlreadyExists',
        `A delegation request with workflow id ${RequestorWorkflowId} already exists.`,
      );
    }
    const record = {
      id: randomUuid(),
      requestorAccount: account,
      workflowId: RequestorWorkflowId,
      notificationChannel: NotificationChannel,
      ...wordsOf(input),
      sessionSeconds: input.SessionDuration,
      onlySendByOwner: input.OnlySendByOwner ?? false,
      permissions: permissionsOf(tx, account, Permissions.PolicyTemplateArn, parametersOf(input)),
      ...(OwnerAccountId !== undefined && { ownerAccount: OwnerAccountId }),
      state: 'UNASSIGNED',
      createdAt: now.getTime(),
      updatedAt: now.getTime(),
      dueAt: now.getTime() + stateMs,
    } as const;
    delegationRequests.create(tx, record);
    notifyRequestor(tx, record, now);
    return { DelegationRequestId: record.id };
  },
};

/** What the requestor says to those who decide. */
const wordsOf = ({ Description, RequestMessage, RedirectUrl }: Given) => ({
  description: Description,
  ...(RequestMessage !== undefined && { requestMessage: RequestMessage }),
  ...(RedirectUrl !== undefined && { redirectUrl: RedirectUrl }),
});

const parametersOf = ({ Permissions }: Given): readonly DelegationParameter[] =>
  (Permissions.Parameters ?? []).map(({ Name = '', Type = 'string', Values = [] }) => ({
    name: Name,
    type: Type,
    values: Values,
  }));
