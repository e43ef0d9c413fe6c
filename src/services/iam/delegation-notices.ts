import { publish } from '../../events/outbox.ts';
import type { Transaction } from '../../store/store.ts';
import { delegationRequestArn } from './delegation-access.ts';
import type { DelegationRequestRecord } from './delegation-requests.ts';

/**
 * Tells the requestor where its request stands. AWS publishes to the request's SNS topic; until there is one here, the
 * notice waits in the outbox of events, addressed to the topic's account and Region.
 *
 * @param exchangeToken with the notice that a request is finalized: what GetDelegatedAccessToken trades for credentials
 */
export const notifyRequestor = (
  tx: Transaction,
  record: DelegationRequestRecord,
  now: Date,
  exchangeToken?: string,
): void => {
  const [, , , region, account] = record.notificationChannel.split(':');
  publish(
    tx,
    {
      account: account!,
      region: region!,
      source: 'aws.iam',
      detailType: 'IAM Delegation Request Notification',
      resources: [delegationRequestArn(record.ownerAccount ?? record.requestorAccount, record.id)],
      detail: {
        notificationChannel: record.notificationChannel,
        delegationRequestId: record.id,
        requestorWorkflowId: record.workflowId,
        state: record.state,
        ...(record.ownerAccount !== undefined && { ownerAccountId: record.ownerAccount }),
        ...(exchangeToken !== undefined && { exchangeToken }),
      },
    },
    now,
  );
};
