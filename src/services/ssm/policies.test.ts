import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DeleteParameterCommand,
  DeleteResourcePolicyCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  GetResourcePoliciesCommand,
  PutParameterCommand,
  PutResourcePolicyCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { waitingEvents } from '../../events/outbox.ts';
import { type TestServer, testServer } from '../../testing/server.ts';

const hourMs = 3_600_000;

/** A policy that acts a number of hours from now. */
const expiration = (server: TestServer, hours: number) => ({
  Type: 'Expiration',
  Version: '1.0',
  Attributes: { Timestamp: new Date(server.running.clock.now().getTime() + hours * hourMs).toISOString() },
});
const before = (Before: string) => ({
  Type: 'ExpirationNotification',
  Version: '1.0',
  Attributes: { Before, Unit: 'Hours' },
});
const unchanged = (After: string) => ({
  Type: 'NoChangeNotification',
  Version: '1.0',
  Attributes: { After, Unit: 'Days' },
});

const put = (server: TestServer, policies: readonly object[], Overwrite = false) =>
  server.client(SSMClient).send(
    new PutParameterCommand({
      ...{ Name: 'p', Value: 'x', Type: 'String', Tier: 'Advanced', Overwrite },
      Policies: JSON.stringify(policies),
    }),
  );

/** What was published, as `detail-type: what`. */
const events = (server: TestServer) =>
  server.running.store.transact((tx) =>
    waitingEvents(tx, 100).events.map(({ detailType, detail }) => {
      const { operation, 'policy-type': policy } = detail as { operation?: string; 'policy-type'?: string };
      return `${detailType}: ${operation ?? policy}`;
    }),
  );

const statuses = async (server: TestServer) => {
  const { Parameters } = await server.client(SSMClient).send(new DescribeParametersCommand({}));
  return Parameters![0]!.Policies!.map(({ PolicyType, PolicyStatus }) => `${PolicyType} ${PolicyStatus}`);
};

describe('parameter policies', () => {
  it('can be kept from users: neither given nor left on a parameter that they change', async () => {
    const server = await testServer();
    await put(server, [expiration(server, 24)]);
    const statement = { Action: 'ssm:PutParameter', Resource: '*' };
    const Condition = { StringEquals: { 'ssm:Policies': ['true'] } };
    const deny = { ...statement, Effect: 'Deny', Condition };
    const ssm = server.client(SSMClient, await server.user('clerk', { ...statement, Effect: 'Allow' }, deny));
    const change = (Name: string, more: object = {}) =>
      ssm.send(new PutParameterCommand({ Name, Value: 'y', Type: 'String', ...more }));
    const Policies = JSON.stringify([expiration(server, 24)]);
    const refused = { name: 'AccessDeniedException', message: /explicit deny/ };
    await assert.rejects(change('q', { Policies, Tier: 'Advanced' }), refused);
    await assert.rejects(change('p', { Overwrite: true }), refused);
    await change('q');
    await change('q', { Overwrite: true });
  });

  it('announce the expiration, and then delete the parameter, also over a restart', async () => {
    const server = await testServer({ persistent: true });
    await put(server, [expiration(server, 12), before('2')]);
    assert.deepEqual(await statuses(server), ['Expiration Pending', 'ExpirationNotification Pending']);
    await server.restart();
    await server.advance('11h');
    assert.deepEqual(await statuses(server), ['Expiration Pending', 'ExpirationNotification Finished']);
    await server.advance('2h');
    await assert.rejects(server.client(SSMClient).send(new GetParameterCommand({ Name: 'p' })), {
      name: 'ParameterNotFound',
    });
    // The last two happen at one moment: their order is open.
    assert.deepEqual((await events(server)).toSorted(), [
      'Parameter Store Change: Create',
      'Parameter Store Change: Delete',
      'Parameter Store Policy Action: Expiration',
      'Parameter Store Policy Action: ExpirationNotification',
    ]);
    const record = (await server.journal('DeleteParameter'))[0]!;
    assert.deepEqual([record.eventType, record.userIdentity.type], ['AwsServiceEvent', 'AWSService']);
  });

  it('count from the last change, and begin again with each', async () => {
    const server = await testServer();
    await put(server, [unchanged('3')]);
    await server.advance('2d');
    await put(server, [unchanged('3')], true);
    await server.advance('2d');
    assert.deepEqual(await statuses(server), ['NoChangeNotification Pending']);
    await server.advance('2d');
    assert.deepEqual(await statuses(server), ['NoChangeNotification Finished']);
  });

  it('count from the last change whatever else has acted before', async () => {
    const server = await testServer();
    await put(server, [unchanged('1'), unchanged('3')]);
    await server.advance('2d');
    assert.deepEqual(await statuses(server), ['NoChangeNotification Finished', 'NoChangeNotification Pending']);
    await server.client(SSMClient).send(new PutParameterCommand({ Name: 'p', Value: 'y', Overwrite: true }));
    await server.advance('2d');
    assert.deepEqual(await statuses(server), ['NoChangeNotification Finished', 'NoChangeNotification Pending']);
  });

  it('hold nothing up that is due, however far away they act', async () => {
    const server = await testServer();
    const ssm = server.client(SSMClient);
    const Policies = '[{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"9999-12-31T23:59:59-12:00"}}]';
    await ssm.send(new PutParameterCommand({ Name: 'far', Value: 'x', Type: 'String', Tier: 'Advanced', Policies }));
    await put(server, [expiration(server, 1)]);
    await server.advance('2h');
    await assert.rejects(ssm.send(new GetParameterCommand({ Name: 'p' })), { name: 'ParameterNotFound' });
    await ssm.send(new PutParameterCommand({ Name: 'far', Value: 'y', Overwrite: true, Policies: '[]' }));
    assert.equal((await ssm.send(new GetParameterCommand({ Name: 'far' }))).Parameter!.Value, 'y');
  });

  it('stay when a new version names none, and go with an empty list', async () => {
    const server = await testServer();
    await put(server, [unchanged('3')]);
    const ssm = server.client(SSMClient);
    await ssm.send(new PutParameterCommand({ Name: 'p', Value: 'y', Overwrite: true }));
    assert.equal((await statuses(server)).length, 1);
    await put(server, [], true);
    assert.deepEqual(await statuses(server), []);
    await server.advance('9d');
    assert.deepEqual(
      (await events(server)).filter((event) => event.includes('Policy')),
      [],
    );
  });

  const wrong: readonly [sentence: string, policies: (server: TestServer) => readonly object[], name: string][] = [
    ['two expirations', (server) => [expiration(server, 1), expiration(server, 2)], 'IncompatiblePolicyException'],
    ['a notice of an expiration that is not there', () => [before('2')], 'IncompatiblePolicyException'],
    ['an unknown type', () => [{ Type: 'Sleep', Version: '1.0' }], 'InvalidPolicyTypeException'],
    ['an unknown version', () => [{ ...unchanged('1'), Version: '2.0' }], 'InvalidPolicyAttributeException'],
    [
      'a unit that is none',
      () => [{ ...unchanged('1'), Attributes: { After: '1', Unit: 'Weeks' } }],
      'InvalidPolicyAttributeException',
    ],
    [
      'more than ten',
      () => Array.from({ length: 11 }, (_, n) => unchanged(String(n + 1))),
      'PoliciesLimitExceededException',
    ],
  ];
  for (const [sentence, policies, name] of wrong) {
    it(`refuse ${sentence}`, async () => {
      const server = await testServer();
      await assert.rejects(put(server, policies(server)), { name });
    });
  }
});

describe('sharing', () => {
  const ResourceArn = 'arn:aws:ssm:us-east-1:111122223333:parameter/p';
  const policyFor = (account: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: account },
          Action: ['ssm:GetParameter', 'ssm:GetParameters'],
          Resource: ResourceArn,
        },
      ],
    });

  it('lets another account read by ARN, until it ends', async () => {
    const seedText = `
accounts: ['444455556666']
users:
  - account: '444455556666'
    name: bob
    accessKeys: [{ id: AKIABOBBOBBOBBOBBOBB, secret: bob-secret-access-key-0123456789 }]
    policies: { read: { Version: '2012-10-17', Statement: { Effect: Allow, Action: 'ssm:*', Resource: '*' } } }
`;
    const server = await testServer({ seedText });
    const ssm = server.client(SSMClient);
    const bob = server.client(SSMClient, {
      accessKeyId: 'AKIABOBBOBBOBBOBBOBB',
      secretAccessKey: 'bob-secret-access-key-0123456789',
    });
    await put(server, []);
    const read = () => bob.send(new GetParameterCommand({ Name: ResourceArn }));
    await assert.rejects(read(), { name: 'AccessDeniedException' });
    const share = await ssm.send(new PutResourcePolicyCommand({ ResourceArn, Policy: policyFor('444455556666') }));
    assert.equal((await read()).Parameter?.Value, 'x');
    assert.equal((await bob.send(new GetParametersCommand({ Names: [ResourceArn] }))).Parameters?.length, 1);

    const { PolicyId, PolicyHash } = share;
    const { Policies } = await ssm.send(new GetResourcePoliciesCommand({ ResourceArn }));
    assert.deepEqual([Policies?.[0]?.PolicyId, Policies?.[0]?.PolicyHash], [PolicyId, PolicyHash]);
    const end = (hash: string) =>
      ssm.send(new DeleteResourcePolicyCommand({ ResourceArn, PolicyId, PolicyHash: hash }));
    await assert.rejects(end('0'), { name: 'ResourcePolicyConflictException' });
    await end(PolicyHash!);
    await assert.rejects(read(), { name: 'AccessDeniedException' });

    const everything = policyFor('444455556666').replace('"ssm:GetParameter"', '"ssm:*"');
    await ssm.send(new PutResourcePolicyCommand({ ResourceArn, Policy: everything }));
    assert.equal((await read()).Parameter?.Value, 'x');
    await assert.rejects(bob.send(new DeleteParameterCommand({ Name: ResourceArn })), { name: 'ParameterNotFound' });
    const overwrite = new PutParameterCommand({ Name: ResourceArn, Value: 'y', Overwrite: true });
    await assert.rejects(bob.send(overwrite), { name: 'ValidationException' });
    assert.equal((await read()).Parameter?.Value, 'x');
  });

  it('is for the advanced tier, by policies that are well formed', async () => {
    const server = await testServer();
    const ssm = server.client(SSMClient);
    await ssm.send(new PutParameterCommand({ Name: 'p', Value: 'x', Type: 'String' }));
    const share = (Policy: string) => ssm.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
    await assert.rejects(share(policyFor('111122223333')), { name: 'ResourcePolicyInvalidParameterException' });
    await ssm.send(new PutParameterCommand({ Name: 'p', Value: 'x', Overwrite: true, Tier: 'Advanced' }));
    await assert.rejects(share('{}'), { name: 'MalformedResourcePolicyDocumentException' });
    await assert.rejects(share(policyFor('999999999999x')), { name: 'MalformedResourcePolicyDocumentException' });
  });
});
