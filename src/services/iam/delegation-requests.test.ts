import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iamArn, sender, userSender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const DelegationRequestId = 'e4bdcdae-4f66-11ed-eleg-ationexample';
const asked = {
  Description: 'set up',
  Permissions: { PolicyTemplateArn: iamArn('delegation-template/setup') },
  RequestorWorkflowId: 'workflow-1',
  NotificationChannel: 'arn:aws:sns:us-east-1:111122223333:delegations',
  SessionDuration: 3600,
};

test('no delegation request is made while there is no topic to answer to', async () => {
  await assert.rejects(root('CreateDelegationRequest', asked), {
    Code: 'InvalidInput',
    message: /notification channel/,
  });
  assert.deepEqual((await root('ListDelegationRequests')).DelegationRequests ?? [], []);
  const { message } = await root('GetDelegatedAccessToken', { TradeInToken: 'x' }).catch((error: Error) => error);
  assert.equal(message, 'The trade-in token is not valid.');
});

for (const operation of [
  'AcceptDelegationRequest',
  'AssociateDelegationRequest',
  'GetDelegationRequest',
  'RejectDelegationRequest',
  'SendDelegationToken',
  'UpdateDelegationRequest',
]) {
  test(`${operation} knows no request, and tells so to those only who may ask`, async () => {
    const absent = {
      Code: 'NoSuchEntity',
      message: `The delegation request with id ${DelegationRequestId} cannot be found.`,
    };
    await assert.rejects(root(operation, { DelegationRequestId }), absent);
    const powerless = await userSender(server, `p-${operation}`);
    await assert.rejects(powerless(operation, { DelegationRequestId }), { Code: 'AccessDenied' });
  });
}

test('GetHumanReadableSummary sums up delegation requests only', async () => {
  const EntityArn = iamArn(`delegation-request/${DelegationRequestId}`);
  await assert.rejects(root('GetHumanReadableSummary', { EntityArn }), { Code: 'NoSuchEntity' });
  await assert.rejects(root('GetHumanReadableSummary', { EntityArn: iamArn('user/alice') }), { Code: 'InvalidInput' });
});
