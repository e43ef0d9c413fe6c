import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { randomUuid } from '../src/crypto/random.ts';
import { type JournalRecord, parseRecord } from '../src/journal/record.ts';
import type { Call } from '../src/kernel/call.ts';
import type { Caller } from '../src/kernel/caller.ts';
import { OffsetClock } from '../src/kernel/clock.ts';
import { type Fault, fault } from '../src/kernel/fault.ts';
import { anyResource, type Service } from '../src/kernel/operation.ts';
import { Pipeline } from '../src/kernel/pipeline.ts';
import { Throttle } from '../src/kernel/throttle.ts';
import { servicesOn } from '../src/service-set.ts';
import type { UserSeed } from '../src/services/iam/index.ts';
import { openStore } from '../src/store/open.ts';

const account = '111122223333';
const region = 'eu-west-2';
const store = await openStore({ data: ':memory:' });
after(() => store.close());
const { identity, all } = servicesOn(store);
const policy = (...Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

/** What the service under test does with the call it gets: each test decides. */
let behaviour: (call: Call) => object | Promise<object> = () => ({});
/** Parameter Store as far as it takes to call others: an operation of its model that does what the test says. */
const ssm: Service = {
  name: 'ssm',
  operations: [
    {
      name: 'PutParameter',
      access: (_input: object, call: Call) => ({ resource: anyResource(call.account) }),
      handle: (_input: object, _resource: unknown, call: Call) => behaviour(call),
    },
  ],
};
const services = [...all.filter(({ name }) => name !== 'ssm'), ssm];
const reported: unknown[] = [];
const pipeline = new Pipeline({
  store,
  clock: new OffsetClock(),
  identities: identity.identities,
  services,
  report: (error) => reported.push(error),
});

const callerOf = (userName: string, uniqueId: string): Caller => ({
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/${userName}`,
  userId: uniqueId,
  uniqueId,
  userName,
});
/** A user with an inline policy. */
const newUser = async (name: string, document: string): Promise<Caller> => {
  await store.transact((tx) => identity.seedUser(tx, seedOf(name, document), new Date()));
  const uniqueId = await store.transact((tx) =>
    identity.principals.toStored(tx, `arn:aws:iam::${account}:user/${name}`),
  );
  return callerOf(name, uniqueId!);
};
const seedOf = (userName: string, document: string): UserSeed => ({
  account,
  userName,
  inlinePolicies: { use: document },
  attachedPolicies: [],
  accessKeys: [],
  groups: [],
  tags: {},
});

const run = async (caller: Caller, service: string, operation: string, input: object, on = pipeline) => {
  const outcome = await on.run({
    service,
    operation,
    region,
    requestId: randomUuid(),
    origin: { sourceIp: '192.0.2.1', userAgent: 'client', secure: false },
    authenticate: () => caller,
    decode: () => input,
  });
  if (outcome.fault) throw outcome.fault;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whatever was asked
  return outcome.output as any;
};
const put = (caller: Caller, on = pipeline) => run(caller, 'ssm', 'PutParameter', { Name: 'p', Value: 'v' }, on);
const journal = async (eventName: string): Promise<readonly JournalRecord[]> =>
  (await store.readLog(0, 100_000)).map(({ text }) => parseRecord(text)).filter((each) => each.eventName === eventName);
const Plaintext = Buffer.from('secret');

await store.transact((tx) => identity.seedAccount(tx, account, new Date()));
const admin = await newUser('admin', policy('*'));
const { KeyMetadata } = await run(admin, 'kms', 'CreateKey', {});
const KeyId: string = KeyMetadata.KeyId;
const writer = await newUser('writer', policy('ssm:*'));
const both = await newUser('both', policy('ssm:*', 'kms:*'));
const encrypting = (call: Call) => call.invoke('kms.Encrypt', { KeyId, Plaintext });

describe('a service that calls another', () => {
  test('does so with the permissions of its caller and no others', async () => {
    behaviour = encrypting;
    await put(both);
    await assert.rejects(put(writer), {
      code: 'AccessDenied',
      message: `User: ${writer.arn} is not authorized to perform: kms:Encrypt on resource: ${KeyMetadata.Arn} because no identity-based policy allows the kms:Encrypt action`,
    });
  });

  test('is journalled beside its own call, with who it calls for', async () => {
    behaviour = encrypting;
    await put(both);
    const [inner, outer] = [(await journal('Encrypt')).at(-1)!, (await journal('PutParameter')).at(-1)!];
    assert.deepEqual(
      [inner.eventSource, inner.sourceIPAddress, inner.userAgent, inner.userIdentity.invokedBy, inner.userIdentity.arn],
      ['kms.amazonaws.com', 'ssm.amazonaws.com', 'ssm.amazonaws.com', 'ssm.amazonaws.com', both.arn],
    );
    assert.deepEqual([outer.sourceIPAddress, outer.userIdentity.invokedBy], ['192.0.2.1', undefined]);
    assert.notEqual(inner.requestID, outer.requestID);
    assert.deepEqual(inner.resources, [{ accountId: account, type: 'AWS::KMS::Key', ARN: KeyMetadata.Arn }]);
    assert.equal(JSON.stringify(inner).includes(Plaintext.toString('base64')), false);
  });

  test('is journalled where it is denied, and so is its own call', async () => {
    behaviour = encrypting;
    await assert.rejects(put(writer));
    for (const name of ['Encrypt', 'PutParameter'])
      assert.equal((await journal(name)).at(-1)!.errorCode, 'AccessDenied');
  });

  test('has its input validated as a client has', async () => {
    behaviour = (call) => call.invoke('kms.Encrypt', { KeyId, Plaintext: Buffer.alloc(4097) });
    await assert.rejects(put(both), { code: 'ValidationError', message: /'plaintext'/ });
  });

  test('counts against the quotas of the caller, once for each call', async () => {
    const rate = { ...all.find(({ name }) => name === 'kms')!.requestQuotas! };
    const throttle = new Throttle({ valueOf: () => 2 });
    const limited = new Pipeline({
      store,
      clock: { now: () => new Date(0) },
      identities: identity.identities,
      services,
      report: () => undefined,
      throttle,
    });
    assert.ok(rate.Encrypt);
    behaviour = async (call) => {
      for (let time = 0; time < 3; time++) await encrypting(call);
      return {};
    };
    await assert.rejects(put(both, limited), { code: 'ThrottlingException' });
  });

  test('loses what it wrote when it fails, and its caller may go on', async () => {
    const second = await newUser('second', policy('ssm:*', 'kms:DescribeKey', 'kms:CreateGrant'));
    behaviour = async (call) => {
      const GranteePrincipal = `arn:aws:iam::${account}:root`;
      await call.invoke('kms.CreateGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'], Name: 'kept' });
      await assert.rejects(async () => encrypting(call), { code: 'AccessDenied' });
      return {};
    };
    await put(second);
    const { Grants } = await run(admin, 'kms', 'ListGrants', { KeyId });
    assert.deepEqual(
      Grants.map(({ Name }: { Name: string }) => Name),
      ['kept'],
    );
    assert.equal((await journal('Encrypt')).at(-1)!.errorCode, 'AccessDenied');
    assert.equal((await journal('PutParameter')).at(-1)!.errorCode, undefined);
    // The key of a service is made where somebody asks for it, before it is known whether they may.
    behaviour = async (call) => {
      await assert.rejects(async () => call.invoke('kms.DescribeKey', { KeyId: 'alias/aws/rds' }), {
        code: 'AccessDenied',
      });
      return {};
    };
    await put(writer);
    const { Aliases } = await run(admin, 'kms', 'ListAliases', {});
    assert.ok(!Aliases.some(({ TargetKeyId }: { TargetKeyId?: string }) => TargetKeyId !== undefined));
  });

  test('is told nothing of a bug but that there is one, and neither is the journal', async () => {
    const bugs: unknown[] = [];
    const report = (error: unknown) => bugs.push(error);
    const buggy = new Pipeline({ store, clock: new OffsetClock(), identities: identity.identities, services, report });
    behaviour = () => {
      throw new TypeError('the secret is x');
    };
    await assert.rejects(put(both, buggy), (error: Fault) => {
      assert.equal(error.code, 'InternalFailure');
      assert.ok(!error.message.includes('secret'));
      return true;
    });
    assert.deepEqual(bugs, [new TypeError('the secret is x')]);
    const record = (await journal('PutParameter')).at(-1)!;
    assert.equal(record.errorCode, 'InternalFailure');
    assert.ok(!JSON.stringify(record).includes('secret'));
  });

  test('takes no effect where its caller fails in the end; what only read is still journalled', async () => {
    const [encrypted, created] = [(await journal('Encrypt')).length, (await journal('CreateGrant')).length];
    behaviour = async (call) => {
      await encrypting(call);
      const GranteePrincipal = both.arn;
      await call.invoke('kms.CreateGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'], Name: 'lost' });
      throw fault('ParameterLimitExceeded', 'no more');
    };
    await assert.rejects(put(both), { code: 'ParameterLimitExceeded' });
    const { Grants } = await run(admin, 'kms', 'ListGrants', { KeyId, GranteePrincipal: both.arn });
    assert.deepEqual(Grants, []);
    assert.deepEqual(
      [(await journal('Encrypt')).length, (await journal('CreateGrant')).length],
      [encrypted + 1, created],
    );
  });
});

test('a service gives grants to itself, where policies let it do so for the caller', async () => {
  const Statement = [
    { Effect: 'Allow', Action: 'ssm:*', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
  const user = await newUser('granting', JSON.stringify({ Version: '2012-10-17', Statement }));
  const GranteePrincipal = `ssm.${region}.amazonaws.com`;
  behaviour = (call) => call.invoke('kms.CreateGrant', { KeyId, GranteePrincipal, Operations: ['Decrypt'] });
  const { GrantId } = await put(user);
  const { Grants } = await run(admin, 'kms', 'ListGrants', { KeyId, GrantId });
  assert.equal(Grants[0].GranteePrincipal, GranteePrincipal);
  const direct = { KeyId, GranteePrincipal: user.arn, Operations: ['Decrypt'] };
  await assert.rejects(run(user, 'kms', 'CreateGrant', direct), { code: 'AccessDenied' });
});

describe('condition keys of a forward access session', async () => {
  const rows: readonly [condition: object, direct: boolean, forwarded: boolean][] = [
    [{ StringEquals: { 'kms:ViaService': `ssm.${region}.amazonaws.com` } }, false, true],
    [{ StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } }, false, false],
    [{ Bool: { 'aws:ViaAWSService': 'true' } }, false, true],
    [{ Bool: { 'aws:ViaAWSService': 'false' } }, true, false],
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ssm.amazonaws.com' } }, false, true],
    [
      { StringEquals: { 'aws:CalledViaFirst': 'ssm.amazonaws.com', 'aws:CalledViaLast': 'ssm.amazonaws.com' } },
      false,
      true,
    ],
    [{ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, true, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, false, true],
  ];
  for (const [at, [Condition, direct, forwarded]] of rows.entries()) {
    test(`${JSON.stringify(Condition)} ${forwarded ? 'allow' : 'do not allow'} it`, async () => {
      const Statement = [
        { Effect: 'Allow', Action: 'ssm:*', Resource: '*' },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition },
      ];
      const user = await newUser(`row${at}`, JSON.stringify({ Version: '2012-10-17', Statement }));
      behaviour = encrypting;
      const attempts: readonly [Promise<unknown>, boolean][] = [
        [run(user, 'kms', 'Encrypt', { KeyId, Plaintext }), direct],
        [put(user), forwarded],
      ];
      for (const [attempt, allowed] of attempts) {
        const denied = await attempt.then(
          () => undefined,
          ({ code }: Fault) => code,
        );
        assert.equal(denied, allowed ? undefined : 'AccessDenied');
      }
    });
  }
});

describe('an AWS managed key', () => {
  const managed = (call: Call) => call.invoke('kms.Encrypt', { KeyId: 'alias/aws/ssm', Plaintext });

  test('comes into being when its service first uses it, and is for those whom the service lets', async () => {
    await assert.rejects(run(both, 'kms', 'Encrypt', { KeyId: 'alias/aws/ssm', Plaintext }), {
      code: 'NotFoundException',
    });
    behaviour = managed;
    const { KeyId: first, CiphertextBlob } = await put(writer);
    assert.equal((await put(writer)).KeyId, first);
    const { Aliases } = await run(admin, 'kms', 'ListAliases', {});
    const named = Aliases.find(({ AliasName }: { AliasName: string }) => AliasName === 'alias/aws/ssm');
    assert.equal(`arn:aws:kms:${region}:${account}:key/${named.TargetKeyId}`, first);
    await assert.rejects(run(both, 'kms', 'Decrypt', { CiphertextBlob }), { code: 'AccessDenied' });
    const [event] = (await journal('CreateKey')).filter(({ eventType }) => eventType === 'AwsServiceEvent');
    assert.equal(event!.resources![0]!.ARN, first);
  });

  test('is not made by another service', async () => {
    behaviour = (call) => call.invoke('kms.Encrypt', { KeyId: 'alias/aws/sqs', Plaintext });
    await assert.rejects(put(both), { code: 'NotFoundException' });
  });

  test('comes into being when somebody describes it, and shows that AWS manages and rotates it', async () => {
    const { KeyMetadata: shown } = await run(both, 'kms', 'DescribeKey', { KeyId: 'alias/aws/s3' });
    assert.deepEqual(
      [shown.KeyManager, shown.Description, shown.KeyState],
      ['AWS', 'Default key that protects my S3 objects when no other key is defined', 'Enabled'],
    );
    const { Policy } = await run(both, 'kms', 'GetKeyPolicy', { KeyId: shown.KeyId });
    assert.equal(JSON.parse(Policy).Id, 'auto-s3-1');
    const status = await run(both, 'kms', 'GetKeyRotationStatus', { KeyId: shown.KeyId });
    assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 365]);
    await assert.rejects(run(writer, 'kms', 'DescribeKey', { KeyId: 'alias/aws/rds' }), { code: 'AccessDenied' });
  });

  test('is changed by nobody', async () => {
    const { KeyMetadata: shown } = await run(admin, 'kms', 'DescribeKey', { KeyId: 'alias/aws/ssm' });
    const refused: readonly [operation: string, input: object][] = [
      ['PutKeyPolicy', { Policy: policy('*') }],
      ['ScheduleKeyDeletion', {}],
      ['DisableKey', {}],
      ['DisableKeyRotation', {}],
      ['RotateKeyOnDemand', {}],
      ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
      ['UpdateKeyDescription', { Description: 'mine' }],
      ['CreateGrant', { GranteePrincipal: both.arn, Operations: ['Decrypt'] }],
      ['Encrypt', { Plaintext }],
    ];
    for (const [operation, input] of refused) {
      await assert.rejects(run(admin, 'kms', operation, { KeyId: shown.KeyId, ...input }), {
        code: 'AccessDenied',
        message: new RegExp(`because no resource-based policy allows the kms:${operation} action$`),
      });
    }
    const alias = { AliasName: 'alias/mine', TargetKeyId: shown.KeyId };
    await assert.rejects(run(admin, 'kms', 'CreateAlias', alias), { code: 'AccessDenied' });
    await assert.rejects(run(admin, 'kms', 'DeleteAlias', { AliasName: 'alias/aws/ssm' }), {
      code: 'NotAuthorizedException',
    });
  });
});

test('nothing of it was a bug', () => assert.deepEqual(reported, []));
