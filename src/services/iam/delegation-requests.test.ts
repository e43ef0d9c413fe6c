import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { type PublishedEvent, waitingEvents } from '../../events/outbox.ts';
import { allowing, documentOf, iamArn, type Send, sender, userSender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import type { Credentials } from '../../testing/sign.ts';

const provider = '999988887777';
const stranger = '888877776666';
const keyOf = (name: string): Credentials => ({
  accessKeyId: `AKIADELEGATION${name.toUpperCase()}`,
  secretAccessKey: `secret-access-key-of-${name}-0123456789`,
});
const seeded = (name: string, account: string) => ({
  name: 'admin',
  account,
  accessKeys: [{ id: keyOf(name).accessKeyId, secret: keyOf(name).secretAccessKey }],
  policies: { all: JSON.parse(documentOf(allowing('*'))) },
});
const server = await testServer({
  persistent: true,
  seedText: JSON.stringify({ users: [seeded('provider', provider), seeded('stranger', stranger)] }),
});
const root = sender(server);
const asProvider = sender(server, keyOf('provider'));
const asStranger = sender(server, keyOf('stranger'));

const template = documentOf(
  { Effect: 'Allow', Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: '*' },
  { Effect: 'Allow', Action: 'kms:Encrypt', Resource: 'arn:aws:kms:us-east-1:@{Account}:key/@{KeyIds}' },
  { Effect: 'Allow', Action: 'iam:ListUsers', Resource: 'arn:aws:iam::@{Account}:user/*' },
  {
    Effect: 'Allow',
    Action: 'iam:CreateRole',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
  },
);
const PolicyTemplateArn = (await asProvider('CreatePolicy', { PolicyName: 'setup', PolicyDocument: template })).Policy
  .Arn;
const keyArns = ['arn:aws:kms:us-east-1:111122223333:key/a', 'arn:aws:kms:us-east-1:111122223333:key/b'];
const Parameters = [
  { Name: 'KeyIds', Type: 'stringList', Values: ['a', 'b'] },
  { Name: 'Account', Type: 'string', Values: ['111122223333'] },
];
const NotificationChannel = `arn:aws:sns:eu-west-2:${provider}:delegations`;
let workflows = 0;
const asking = (more: object = {}) => ({
  Description: 'set up',
  Permissions: { PolicyTemplateArn, Parameters },
  RequestorWorkflowId: `workflow-${++workflows}`,
  NotificationChannel,
  SessionDuration: 3600,
  ...more,
});
const ask = async (more: object = {}): Promise<string> =>
  (await asProvider('CreateDelegationRequest', asking(more))).DelegationRequestId;
const get = async (by: Send, DelegationRequestId: string) =>
  (await by('GetDelegationRequest', { DelegationRequestId })).DelegationRequest;

const notices = async (id: string): Promise<readonly PublishedEvent[]> => {
  const { events } = await server.running.store.transact((tx) => waitingEvents(tx, 1000));
  return events.filter(({ detail }) => (detail as { delegationRequestId?: string }).delegationRequestId === id);
};
const detailsOf = async (id: string) =>
  (await notices(id)).map(({ detail }) => detail as { state: string; exchangeToken?: string });
const tokenOf = async (id: string): Promise<string> =>
  (await detailsOf(id)).find(({ exchangeToken }) => exchangeToken !== undefined)!.exchangeToken!;
const trade = async (TradeInToken: string, by = asProvider) => {
  const answer = await by('GetDelegatedAccessToken', { TradeInToken });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials;
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { credentials, expiration: Expiration as Date, principal: answer.AssumedPrincipal as string };
};

describe('a delegation request', () => {
  test('is made, taken on, forwarded, accepted and sent; its token is worth what approver and template both allow', async () => {
    const id = await ask({ RequestMessage: 'please', RedirectUrl: 'https://example.com/back' });
    assert.equal((await get(asStranger, id)).State, 'UNASSIGNED');
    const carol = await userSender(server, 'carol', allowing('iam:AssociateDelegationRequest'));
    await carol('AssociateDelegationRequest', { DelegationRequestId: id });
    await assert.rejects(get(asStranger, id), { Code: 'NoSuchEntity' });
    const assigned = await get(carol, id);
    assert.partialDeepStrictEqual(assigned, {
      DelegationRequestId: id,
      State: 'ASSIGNED',
      OwnerAccountId: '111122223333',
      OwnerId: iamArn('user/carol'),
      RequestorId: provider,
      RequestorName: provider,
      Description: 'set up',
      RequestMessage: 'please',
      RedirectUrl: 'https://example.com/back',
      SessionDuration: 3600,
      OnlySendByOwner: false,
      Permissions: { PolicyTemplateArn, Parameters },
      RolePermissionRestrictionArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    const [, encrypt, list] = JSON.parse(assigned.PermissionPolicy).Statement;
    assert.deepEqual([encrypt.Resource, list.Resource], [keyArns, 'arn:aws:iam::111122223333:user/*']);
    await carol('UpdateDelegationRequest', { DelegationRequestId: id, Notes: 'looks fine to me' });
    await assert.rejects(carol('AcceptDelegationRequest', { DelegationRequestId: id }), { Code: 'AccessDenied' });

    const dave = await userSender(
      server,
      'dave',
      allowing('iam:*DelegationRequest*', 'iam:SendDelegationToken', 'kms:ListKeys', 'iam:ListUsers'),
    );
    assert.equal((await get(dave, id)).Notes, 'looks fine to me');
    await server.restart();
    await dave('AcceptDelegationRequest', { DelegationRequestId: id });
    assert.equal((await get(dave, id)).ApproverId, iamArn('user/dave'));
    await dave('SendDelegationToken', { DelegationRequestId: id });
    assert.deepEqual(
      (await detailsOf(id)).map(({ state }) => state),
      ['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED'],
    );
    const [{ account, region }] = (await notices(id)) as [PublishedEvent];
    assert.deepEqual([account, region], [provider, 'eu-west-2']);

    const token = await tokenOf(id);
    const { credentials, expiration, principal } = await trade(token);
    assert.equal(principal, iamArn('user/dave'));
    assert.ok(expiration.getTime() - server.running.clock.now().getTime() <= 3_600_000);
    const delegated = sender(server, credentials);
    assert.equal((await delegated('GetCallerIdentity')).Arn, iamArn('user/dave'));
    const kms = server.client(KMSClient, credentials);
    await kms.send(new ListKeysCommand({}));
    await delegated('ListUsers');
    const { userIdentity } = (await server.journal('ListUsers')).at(-1)!;
    assert.deepEqual([userIdentity.userName, userIdentity.invokedByDelegate], ['dave', { accountId: provider }]);
    await assert.rejects(kms.send(new ListAliasesCommand({})), /no identity-based policy allows/);
    await assert.rejects(delegated('GetDelegationRequest', { DelegationRequestId: id }), /no session policy allows/);
    await assert.rejects(trade(token, asStranger), { message: 'The trade-in token is not valid.' });
    await assert.rejects(trade(`${token}x`), { message: 'The trade-in token is not valid.' });
    const journal = JSON.stringify(await server.journal());
    assert.ok(!journal.includes(token));

    await root('DeleteUserPolicy', { UserName: 'dave', PolicyName: 'test' });
    await assert.rejects(kms.send(new ListKeysCommand({})), { name: 'AccessDeniedException' });
    await server.advance('1h');
    await assert.rejects(trade(token), { Code: 'ExpiredTradeInTokenException' });
    await assert.rejects(kms.send(new ListKeysCommand({})), { name: 'ExpiredTokenException' });
  });

  test('of an account is that account’s only, is listed once it has an owner, and is rejected for good', async () => {
    const id = await ask({ OwnerAccountId: '111122223333' });
    await assert.rejects(asStranger('AssociateDelegationRequest', { DelegationRequestId: id }), {
      Code: 'NoSuchEntity',
    });
    const listed = async (more: object = {}) => {
      const { DelegationRequests = [], isTruncated } = await root('ListDelegationRequests', more);
      return {
        ids: DelegationRequests.map((one: { DelegationRequestId: string }) => one.DelegationRequestId),
        isTruncated,
      };
    };
    assert.ok(!(await listed()).ids.includes(id));
    await root('AssociateDelegationRequest', { DelegationRequestId: id });
    assert.ok((await listed()).ids.includes(id));
    assert.deepEqual(await listed({ OwnerId: iamArn('root') }), { ids: [id], isTruncated: false });
    assert.deepEqual((await listed({ OwnerId: iamArn('user/nobody-at-all') })).ids, []);
    assert.equal((await listed({ MaxItems: 1 })).isTruncated, true);
    await root('AcceptDelegationRequest', { DelegationRequestId: id });
    await root('RejectDelegationRequest', { DelegationRequestId: id, Notes: 'not today' });
    const { State, RejectionReason } = await get(root, id);
    assert.deepEqual([State, RejectionReason], ['REJECTED', 'not today']);
    for (const operation of ['AcceptDelegationRequest', 'UpdateDelegationRequest', 'SendDelegationToken']) {
      await assert.rejects(root(operation, { DelegationRequestId: id }), {
        Code: 'InvalidInput',
        message: /is REJECTED/,
      });
    }
    await server.advance('8d');
    await assert.rejects(get(root, id), { Code: 'NoSuchEntity' });
  });

  test('expires after seven days without an answer, and is forgotten seven days later', async () => {
    const id = await ask({ OwnerAccountId: '111122223333' });
    await server.advance('7d');
    assert.equal((await get(root, id)).State, 'EXPIRED');
    assert.equal((await detailsOf(id)).at(-1)!.state, 'EXPIRED');
    await server.advance('7d');
    await assert.rejects(get(root, id), { Code: 'NoSuchEntity' });
  });

  test('tells whether who looks at it could grant it', async () => {
    const id = await ask({ OwnerAccountId: '111122223333' });
    const check = async (by: Send) => {
      const answer = await by('GetDelegationRequest', { DelegationRequestId: id, DelegationPermissionCheck: true });
      return [answer.PermissionCheckStatus, answer.PermissionCheckResult];
    };
    const looking = allowing('iam:GetDelegationRequest');
    assert.deepEqual(await check(root), ['COMPLETE', 'ALLOWED']);
    assert.deepEqual(await check(await userSender(server, 'able', allowing('*'))), ['COMPLETE', 'ALLOWED']);
    assert.deepEqual(await check(await userSender(server, 'unable', looking)), ['COMPLETE', 'DENIED']);
    const conditional = { ...allowing('*'), Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-2' } } };
    assert.deepEqual(await check(await userSender(server, 'unsure', looking, conditional)), ['COMPLETE', 'UNSURE']);
    const partly = { Effect: 'Deny', Action: 'iam:ListUsers', Resource: iamArn('user/x') };
    assert.deepEqual(await check(await userSender(server, 'partly', allowing('*'), partly)), ['COMPLETE', 'UNSURE']);
  });

  test('is no way to permissions that its approver does not have for good', async () => {
    const id = await ask({ OwnerAccountId: '111122223333', OnlySendByOwner: true });
    const erin = await userSender(server, 'erin', allowing('*'));
    const frank = await userSender(server, 'frank', allowing('*'));
    await erin('AssociateDelegationRequest', { DelegationRequestId: id });
    const AssumeRolePolicyDocument = documentOf({
      Effect: 'Allow',
      Principal: { AWS: iamArn('root') },
      Action: 'sts:AssumeRole',
    });
    await root('CreateRole', { RoleName: 'approver', AssumeRolePolicyDocument });
    await root('PutRolePolicy', { RoleName: 'approver', PolicyName: 'all', PolicyDocument: documentOf(allowing('*')) });
    const assume = async (more: object = {}) => {
      const asked = { RoleArn: iamArn('role/approver'), RoleSessionName: 's1', ...more };
      const { AccessKeyId, SecretAccessKey, SessionToken } = (await erin('AssumeRole', asked)).Credentials;
      return sender(server, { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
    };
    const narrowed = await assume({ Policy: documentOf(allowing('iam:*')) });
    await assert.rejects(narrowed('AcceptDelegationRequest', { DelegationRequestId: id }), {
      Code: 'AccessDenied',
      message: /limited permissions/,
    });
    await (await assume())('AcceptDelegationRequest', { DelegationRequestId: id });
    await assert.rejects(frank('SendDelegationToken', { DelegationRequestId: id }), {
      Code: 'AccessDenied',
      message: /Only the owner/,
    });
    await erin('SendDelegationToken', { DelegationRequestId: id });
    const { credentials, principal } = await trade(await tokenOf(id));
    assert.equal(principal, 'arn:aws:sts::111122223333:assumed-role/approver/s1');
    const delegated = sender(server, credentials);
    await delegated('ListUsers');
    await assert.rejects(delegated('ListRoles'), /no session policy allows/);
    await root('DeleteRolePolicy', { RoleName: 'approver', PolicyName: 'all' });
    await root('DeleteRole', { RoleName: 'approver' });
    await assert.rejects(delegated('ListUsers'), { Code: 'InvalidClientTokenId' });
  });

  test('is bounded also where a key policy names the approver, or root accepted it', async () => {
    const grace = await userSender(server, 'grace', allowing('*'));
    const { KeyMetadata } = await server.client(KMSClient).send(
      new CreateKeyCommand({
        Policy: documentOf({
          Effect: 'Allow',
          Principal: { AWS: [iamArn('user/grace'), iamArn('root')] },
          Action: 'kms:*',
          Resource: '*',
        }),
      }),
    );
    for (const by of [grace, root]) {
      const id = await ask({ OwnerAccountId: '111122223333' });
      await by('AssociateDelegationRequest', { DelegationRequestId: id });
      await by('AcceptDelegationRequest', { DelegationRequestId: id });
      await by('SendDelegationToken', { DelegationRequestId: id });
      const { credentials } = await trade(await tokenOf(id));
      const kms = server.client(KMSClient, credentials);
      await kms.send(new ListKeysCommand({}));
      const encrypt = new EncryptCommand({ KeyId: KeyMetadata!.KeyId!, Plaintext: Buffer.from('x') });
      await assert.rejects(kms.send(encrypt), /no session policy allows/);
    }
    const long = await ask({ OwnerAccountId: '111122223333', SessionDuration: 14_401 });
    await root('AssociateDelegationRequest', { DelegationRequestId: long });
    await assert.rejects(root('AcceptDelegationRequest', { DelegationRequestId: long }), {
      Code: 'AccessDenied',
      message: /more than 4 hours/,
    });
  });

  for (const [why, more, message] of [
    ['whose channel is no topic', { NotificationChannel: 'my-topic' }, /notification channel/],
    ['without a template', { Permissions: { Parameters } }, /policy template/],
    ['whose template is not there', { Permissions: { PolicyTemplateArn: `${PolicyTemplateArn}-2` } }, /does not exist/],
    [
      'with a template of somebody else',
      { Permissions: { PolicyTemplateArn: iamArn('policy/theirs') } },
      /does not exist/,
    ],
    ['whose template is not filled in', { Permissions: { PolicyTemplateArn, Parameters: [] } }, /has no value/],
    [
      'with two values for one',
      { Permissions: { PolicyTemplateArn, Parameters: [{ Name: 'Account', Type: 'string', Values: ['1', '2'] }] } },
      /wrong number of values/,
    ],
  ] as const) {
    test(`is not made ${why}`, async () => {
      if (why.includes('somebody else')) {
        await root('CreatePolicy', { PolicyName: 'theirs', PolicyDocument: documentOf(allowing('kms:*')) });
      }
      await assert.rejects(ask(more), { Code: 'InvalidInput', message });
    });
  }

  test('is not made twice for one workflow', async () => {
    const given = asking();
    await asProvider('CreateDelegationRequest', given);
    await assert.rejects(asProvider('CreateDelegationRequest', given), { Code: 'EntityAlreadyExists' });
    await assert.rejects(asProvider('CreateDelegationRequest', asking({ SessionDuration: 299 })), {
      Code: 'ValidationError',
    });
  });
});

const unknown = 'e4bdcdae-4f66-11ed-eleg-ationexample';

for (const operation of [
  'AcceptDelegationRequest',
  'AssociateDelegationRequest',
  'GetDelegationRequest',
  'RejectDelegationRequest',
  'SendDelegationToken',
  'UpdateDelegationRequest',
]) {
  test(`${operation} tells that there is no request only to those who may ask`, async () => {
    const absent = { Code: 'NoSuchEntity', message: `The delegation request with id ${unknown} cannot be found.` };
    await assert.rejects(root(operation, { DelegationRequestId: unknown }), absent);
    const powerless = await userSender(server, `p-${operation}`);
    await assert.rejects(powerless(operation, { DelegationRequestId: unknown }), { Code: 'AccessDenied' });
  });
}

test('GetHumanReadableSummary sums up delegation requests only, and has nothing to do it with', async () => {
  const EntityArn = iamArn(`delegation-request/${unknown}`);
  await assert.rejects(root('GetHumanReadableSummary', { EntityArn }), { Code: 'NoSuchEntity' });
  await assert.rejects(root('GetHumanReadableSummary', { EntityArn: iamArn('user/alice') }), { Code: 'InvalidInput' });
  const id = await ask({ OwnerAccountId: '111122223333' });
  const asked = { EntityArn: iamArn(`delegation-request/${id}`), Locale: 'de' };
  assert.deepEqual(await root('GetHumanReadableSummary', asked), { Locale: 'de', SummaryState: 'NOT_SUPPORTED' });
});
