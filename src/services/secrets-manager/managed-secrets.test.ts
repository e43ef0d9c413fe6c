import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { randomUuid } from '../../crypto/random.ts';
import { parseRecord } from '../../journal/record.ts';
import { type Caller, serviceCaller } from '../../kernel/caller.ts';
import { OffsetClock } from '../../kernel/clock.ts';
import { anyResource, type Operation } from '../../kernel/operation.ts';
import { Pipeline } from '../../kernel/pipeline.ts';
import type { SecretOwner } from '../../kernel/secret-owners.ts';
import { type Services, servicesOn } from '../../service-set.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/store.ts';
import type { Rotator } from './rotator.ts';

const account = '111122223333';
const root: Caller = { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account };
const rds = 'rds.amazonaws.com';
const name = 'rds!db-3bea3cf2';
const managed = { code: 'InvalidRequestException', message: /^The secret is managed by another service/ };

/** A service that keeps a master password in a secret: made on behalf of who makes the database, as RDS does. */
const createDBInstance: Operation<'CreateDBInstance', object, object> = {
  name: 'CreateDBInstance',
  access: (_input, call) => ({ resource: anyResource(call.account) }),
  handle: async (_input, _resource, call) => {
    const Tags = [{ Key: 'aws:rds:primaryDBInstanceArn', Value: `arn:aws:rds:us-east-1:${account}:db:orders` }];
    await call.invoke('secretsmanager.CreateSecret', { Name: name, SecretString: 'first', Tags });
    return {};
  },
};

class OwningServer implements SecretOwner {
  readonly store: Store;
  readonly #services: Services;
  readonly #pipeline: Pipeline;
  readonly rotator: Rotator;
  readonly steps: string[] = [];
  region = 'us-east-1';

  constructor(store: Store) {
    this.store = store;
    this.#services = servicesOn(store, { owners: new Map([['rds', this]]) });
    const { identity, all, secrets } = this.#services;
    const clock = new OffsetClock();
    const report = (error: unknown): void => assert.fail(error as Error);
    const services = [...all, { name: 'rds', operations: [createDBInstance] }];
    this.#pipeline = new Pipeline({ store, clock, identities: identity.identities, services, report });
    this.rotator = secrets.rotator({ store, clock, report });
  }

  /** Rotates by the service-linked role, with what AWS's own policy lets it do. */
  async takeStep({ Step, SecretId, ClientRequestToken, RotationToken }: Parameters<SecretOwner['takeStep']>[0]) {
    this.steps.push(Step);
    const by = await this.linkedRole();
    if (Step === 'createSecret') {
      const { RandomPassword } = await this.ask('GetRandomPassword', {}, by);
      const VersionStages = ['AWSPENDING'];
      const input = { SecretId, ClientRequestToken, RotationToken, SecretString: RandomPassword, VersionStages };
      await this.ask('PutSecretValue', input, by);
    }
    if (Step === 'finishSecret') {
      const { VersionIdsToStages } = await this.ask('DescribeSecret', { SecretId }, by);
      const RemoveFromVersionId = Object.keys(VersionIdsToStages).find((id) =>
        VersionIdsToStages[id].includes('AWSCURRENT'),
      );
      const moved = { VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId };
      await this.ask('UpdateSecretVersionStage', { SecretId, ...moved }, by);
    }
    return { payload: 'null' };
  }

  /** A session of the role that RDS has in the account. */
  async linkedRole(): Promise<Caller> {
    const RoleArn = `arn:aws:iam::${account}:role/aws-service-role/${rds}/AWSServiceRoleForRDS`;
    const input = { RoleArn, RoleSessionName: 'rotation' };
    const { Credentials } = await this.ask('AssumeRole', input, serviceCaller(rds), 'sts');
    const { AccessKeyId, SessionToken } = Credentials;
    const { identities } = this.#services.identity;
    const found = await this.store.transact((tx) =>
      identities.findCredential(tx, AccessKeyId, SessionToken, new Date()),
    );
    return found!.caller;
  }

  // biome-ignore lint/suspicious/noExplicitAny: outputs of every operation
  async ask(operation: string, input: object, caller = root, service = 'secretsmanager'): Promise<any> {
    const outcome = await this.#pipeline.run({
      service,
      operation,
      region: this.region,
      requestId: randomUuid(),
      origin: { sourceIp: '192.0.2.1', userAgent: 'test', secure: true },
      authenticate: () => caller,
      decode: () => input,
    });
    if (outcome.fault) throw outcome.fault;
    return outcome.output;
  }
}

const withDatabase = async (): Promise<OwningServer> => {
  const store = await openStore({ data: ':memory:' });
  after(() => store.close());
  const server = new OwningServer(store);
  await server.ask('CreateServiceLinkedRole', { AWSServiceName: rds }, root, 'iam');
  const instance = { DBInstanceIdentifier: 'orders', DBInstanceClass: 'db.t3.micro', Engine: 'postgres' };
  await server.ask('CreateDBInstance', instance, root, 'rds');
  return server;
};

describe('a secret that another service manages', () => {
  it('tells which one, and is read like any other', async () => {
    const server = await withDatabase();
    const { Name, OwningService, Tags, RotationLambdaARN } = await server.ask('DescribeSecret', { SecretId: name });
    assert.deepEqual([Name, OwningService, RotationLambdaARN], [name, 'rds', undefined]);
    assert.deepEqual(
      Tags.map(({ Key }: { Key: string }) => Key),
      ['aws:secretsmanager:owningService', 'aws:rds:primaryDBInstanceArn'],
    );
    assert.equal((await server.ask('GetSecretValue', { SecretId: name })).SecretString, 'first');
    await server.ask('CreateSecret', { Name: 'own' });
    const listed = async (value: string): Promise<string[]> => {
      const Filters = [{ Key: 'owning-service', Values: [value] }];
      const { SecretList } = await server.ask('ListSecrets', { Filters });
      return SecretList.map(({ Name }: { Name: string }) => Name);
    };
    assert.deepEqual([await listed('rds'), await listed('!rds'), await listed('redshift')], [[name], ['own'], []]);
  });

  const refused: readonly (readonly [string, object])[] = [
    ['PutSecretValue', { SecretString: 'x' }],
    ['UpdateSecret', { Description: 'x' }],
    ['UpdateSecretVersionStage', { VersionStage: 'mine', MoveToVersionId: randomUuid() }],
    ['TagResource', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['UntagResource', { TagKeys: ['aws:secretsmanager:owningService'] }],
    ['CancelRotateSecret', {}],
    ['DeleteSecret', { ForceDeleteWithoutRecovery: true }],
  ];
  for (const [operation, input] of refused) {
    it(`is not changed by ${operation} of others, administrators included`, async () => {
      const server = await withDatabase();
      await assert.rejects(server.ask(operation, { SecretId: name, ...input }), managed);
    });
  }

  it('is not given another key by others in the Region of a replica, either', async () => {
    const server = await withDatabase();
    const AddReplicaRegions = [{ Region: 'eu-west-1' }];
    await server.ask('ReplicateSecretToRegions', { SecretId: name, AddReplicaRegions });
    const input = { SecretId: name, KmsKeyId: 'alias/aws/secretsmanager' };
    server.region = 'eu-west-1';
    await assert.rejects(server.ask('UpdateSecret', input), managed);
    await server.ask('UpdateSecret', input, await server.linkedRole());
  });

  it('takes a resource policy, other rules of rotation, and a deletion that can be taken back', async () => {
    const server = await withDatabase();
    const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action: 'secretsmanager:*', Resource: '*' };
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    await server.ask('PutResourcePolicy', { SecretId: name, ResourcePolicy });
    const RotationRules = { AutomaticallyAfterDays: 7 };
    await server.ask('RotateSecret', { SecretId: name, RotationRules, RotateImmediately: false });
    await server.rotator.settled();
    const told = await server.ask('DescribeSecret', { SecretId: name });
    assert.deepEqual([told.RotationEnabled, told.RotationRules], [true, RotationRules]);
    assert.deepEqual(server.steps, ['testSecret']);
    await server.ask('DeleteSecret', { SecretId: name, RecoveryWindowInDays: 7 });
    await server.ask('RestoreSecret', { SecretId: name });
  });

  it('is rotated by its service, without a function', async () => {
    const server = await withDatabase();
    await server.ask('RotateSecret', { SecretId: name });
    await server.rotator.settled();
    assert.deepEqual(server.steps, ['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    assert.equal((await server.ask('GetSecretValue', { SecretId: name })).SecretString.length, 32);
    const records = (await server.store.readLog(0, 1000)).map(({ text }) => parseRecord(text).eventName);
    assert.ok(records.includes('RotationSucceeded'));
    const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:mine`;
    await assert.rejects(server.ask('RotateSecret', { SecretId: name, RotationLambdaARN }), {
      code: 'InvalidRequestException',
    });
  });

  it('is deleted at once by its service alone', async () => {
    const server = await withDatabase();
    const input = { SecretId: name, ForceDeleteWithoutRecovery: true };
    await server.ask('DeleteSecret', input, await server.linkedRole());
    await assert.rejects(server.ask('DescribeSecret', { SecretId: name }), { code: 'ResourceNotFoundException' });
  });

  it('is not made by anybody else under such a name', async () => {
    const server = await withDatabase();
    for (const Name of ['rds!mine', 'redshift!mine'])
      await assert.rejects(server.ask('CreateSecret', { Name, SecretString: 'x' }), {
        code: 'InvalidParameterException',
      });
    await server.ask('CreateSecret', { Name: 'What!', SecretString: 'x' });
  });
});
