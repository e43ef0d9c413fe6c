import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulwark } from './bulwark.ts';
import { noPostgres, PostgresServer } from './postgres-server.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('two hosts on one PostgreSQL', { skip: noPostgres }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-cluster-'));
  let database: PostgresServer;
  let data: string;
  let one: SpawnedServer;
  let two: SpawnedServer;

  before(async () => {
    database = await PostgresServer.start();
    data = await database.newDatabase();
    one = await SpawnedServer.start({ data, flags: ['--key-directory', join(root, 'one')] });
    // What an operator does for each further host.
    cpSync(join(root, 'one'), join(root, 'two'), { recursive: true });
    two = await SpawnedServer.start({ data, flags: ['--key-directory', join(root, 'two')] });
  });
  after(async () => {
    await one?.stop();
    await two?.stop();
    await database?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  const createKey = async (on: SpawnedServer): Promise<string> => {
    const { status, text } = await on.kms('CreateKey', {});
    assert.equal(status, 200, text);
    return JSON.parse(text).KeyMetadata.KeyId;
  };

  it('serves on each what was made on the other, at once', async () => {
    for (const [here, there] of [
      [one, two],
      [two, one],
    ] as const) {
      const KeyId = await createKey(here);
      const encrypted = await there.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' });
      assert.equal(encrypted.status, 200, encrypted.text);
      const decrypted = await here.kms('Decrypt', { CiphertextBlob: JSON.parse(encrypted.text).CiphertextBlob });
      assert.equal(JSON.parse(decrypted.text).Plaintext, 'aGVsbG8=');
    }
  });

  it('uses no key on one host after it was disabled on the other, and finds one that was not there before', async () => {
    const KeyId = await createKey(one);
    const encrypt = () => two.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' });
    for (let round = 0; round < 10; round++) {
      assert.equal((await encrypt()).status, 200);
      assert.equal((await one.kms('DisableKey', { KeyId })).status, 200);
      assert.match((await encrypt()).text, /DisabledException/);
      assert.equal((await one.kms('EnableKey', { KeyId })).status, 200);
    }
    const missing = () => two.kms('DescribeKey', { KeyId: 'alias/later' });
    assert.match((await missing()).text, /NotFoundException/);
    await one.kms('CreateAlias', { AliasName: 'alias/later', TargetKeyId: KeyId });
    assert.equal((await missing()).status, 200);
  });

  it('makes access keys, many at a time, under ids that the database has to be asked about first', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `user-${n}`);
    await Promise.all(names.map((UserName) => one.iam('CreateUser', { UserName })));
    const answers = await Promise.all(
      names.flatMap((UserName) => [one, two].map((host) => host.iam('CreateAccessKey', { UserName }))),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(new Set(answers.map(({ text }) => /<AccessKeyId>(\w+)</.exec(text)?.[1])).size, answers.length);
  });

  it('makes the keys that AWS manages when a service first protects something with them', async () => {
    const answers = await Promise.all(
      [one, two].flatMap((host, n) => [
        host.json('secretsmanager', 'CreateSecret', { Name: `secret-${n}`, SecretString: 'x' }),
        host.json('ssm', 'PutParameter', { Name: `/parameter/${n}`, Type: 'SecureString', Value: 'x' }),
      ]),
    );
    for (const { status, text } of answers) assert.equal(status, 200, text);
    for (const alias of ['alias/aws/secretsmanager', 'alias/aws/ssm']) {
      const ids = await Promise.all(
        [one, two].map(async (host) => (await host.kms('DescribeKey', { KeyId: alias })).text),
      );
      assert.equal(new Set(ids.map((text) => JSON.parse(text).KeyMetadata.KeyId)).size, 1);
    }
  });

  it('makes an organization with its role in the account, and an account in it', async () => {
    const organizations = async (operation: string, input: object) => {
      const { status, text } = await one.json('organizations', operation, input);
      assert.equal(status, 200, text);
      return JSON.parse(text);
    };
    await organizations('CreateOrganization', {});
    const asked = { Email: 'member@example.com', AccountName: 'member' };
    let { CreateAccountStatus: status } = await organizations('CreateAccount', asked);
    for (const until = Date.now() + 20_000; status.State === 'IN_PROGRESS'; await sleep(100)) {
      assert.ok(Date.now() < until, 'no account is made');
      const about = { CreateAccountRequestId: status.Id };
      status = (await organizations('DescribeCreateAccountStatus', about)).CreateAccountStatus;
    }
    assert.equal(status.State, 'SUCCEEDED');
    assert.match(status.AccountId, /^[1-9]\d{11}$/);
  });

  it('fails who reads a record that was altered in the database, at once, and nobody else', async () => {
    const name = new URL(data).pathname.slice(1);
    const rows = async () =>
      (await database.query(name, "SELECT encode(id, 'hex') AS id FROM bulwark_records")).map(({ id }) => id);
    const before = new Set(await rows());
    const KeyId = await createKey(two);
    const made = (await rows()).filter((id) => !before.has(id));
    assert.ok(made.length > 0);
    const flip = () =>
      database.query(
        name,
        `UPDATE bulwark_records SET sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40)) WHERE encode(id, 'hex') IN (${made.map((id) => `'${id}'`).join(', ')})`,
      );
    await flip();
    const describeIt = () => one.kms('DescribeKey', { KeyId });
    const answers = await Promise.all([describeIt(), describeIt(), describeIt()]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [500, 500, 500],
    );
    assert.equal((await one.kms('GenerateRandom', { NumberOfBytes: 8 })).status, 200);
    await flip();
    await sleep(300);
    assert.equal((await describeIt()).status, 200);
  });

  it('says that a host without the key directory of the first one, or with another, needs a copy of it', async () => {
    const other = join(root, 'other');
    await (await SpawnedServer.start({ data: other })).stop();
    for (const [keys, why] of [
      [join(root, 'nowhere'), /nowhere is not there: /],
      [root, /root\.key is missing: /],
      [other, /the root key does not belong to this store: /],
    ] as const) {
      for (const command of [['start', '--port', '0'], ['verify']]) {
        const { exitCode, stderr } = await bulwark(...command, '--data', data, '--key-directory', keys);
        assert.match(stderr, why);
        assert.match(stderr, /^bulwark: .*beside a database, .*--key-directory .*from the first host\.?\n$/);
        assert.equal(exitCode, 2);
      }
    }
  });

  it('moves no clock on a host that does not fire the timers, and says so', async () => {
    const move = async (host: SpawnedServer) => {
      const answer = await fetch(`${host.url}/_bulwark/clock`, { method: 'POST', body: '{"advance":"1s"}' });
      return { status: answer.status, text: await answer.text() };
    };
    const hosts = await Promise.all(
      ['third', 'fourth'].map((name) => {
        cpSync(join(root, 'one'), join(root, name), { recursive: true });
        return SpawnedServer.start({ data, flags: ['--key-directory', join(root, name), '--test-endpoints'] });
      }),
    );
    try {
      // One of the hosts that were there before fires them.
      for (const { status, text } of await Promise.all(hosts.flatMap((host) => [move(host), move(host)]))) {
        assert.equal(status, 409, text);
        assert.match(text, /test clocks are for one host alone/);
      }
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
    }
  });

  it('prints no password of the database', () => {
    assert.match(one.output, /state in postgres:\/\/127\.0\.0\.1:\d+\/test_/);
    assert.doesNotMatch(one.output + two.output, /not-secret/);
  });

  it('answers 503 while the database is away, and goes on when it is back', async () => {
    const KeyId = await createKey(one);
    // A host says so ten times a minute at most: no test before this one stops the database.
    const before = one.output.length;
    await database.stop('SIGQUIT');
    const refused = await one.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' });
    assert.equal(refused.status, 503, refused.text);
    await Promise.all(Array.from({ length: 50 }, () => one.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })));
    const said = one.output.slice(before);
    const lines = said.match(/^.*the store refused.*$/gm) ?? [];
    assert.ok(lines.length > 0 && lines.length <= 10, said);
    assert.doesNotMatch(lines.join('\n'), /stack|(no connection).*\1/);
    assert.doesNotMatch(said, /internal failure/);
    await database.start();
    assert.equal((await one.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })).status, 200);
    assert.equal((await two.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })).status, 200);
  });

  it('replaces workers that died while the database was away, as soon as it is back', async () => {
    const flags = ['--key-directory', join(root, 'one'), '--workers', '2'];
    const crew = await SpawnedServer.start({ data, flags });
    try {
      await database.stop('SIGQUIT');
      for (const pid of crew.workers) process.kill(pid, 'SIGKILL');
      const waiting = crew.kms('ListKeys', {});
      await sleep(3000);
      await database.start();
      assert.equal((await waiting).status, 200);
      // Each reason once: that nobody listens, and maybe that the server is starting.
      const said = crew.output.match(/a worker could not be started.*/g) ?? [];
      assert.ok(said.length > 0 && said.length <= 3, crew.output);
      assert.doesNotMatch(crew.output, / at .*:\d+:\d+/);
    } finally {
      await crew.stop();
    }
  });
});
