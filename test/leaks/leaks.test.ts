import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStore } from '../../src/store/open.ts';
import type { Credentials } from '../../src/testing/sign.ts';
import { sdk } from '../interop/drivers/sdk.ts';
import { account, region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { type Secret, TraceFinder } from './traces.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-leaks-'));
const data = join(directory, 'data');
after(() => rmSync(directory, { recursive: true, force: true }));

/** What nobody may find anywhere. */
const secrets: Secret[] = [];

/** What a thief of the database may not find; the journal tells it to those who may read it. */
const confidential: Secret[] = [];

const secret = (what: string, value: Buffer | string): void => void secrets.push({ what, bytes: Buffer.from(value) });

/** Files of the data directory while the server ran and after it had stopped, by name. */
const files: { readonly name: string; readonly content: Buffer }[] = [];

let output: Buffer;
let journal: Buffer;

describe('what known secrets leave behind', () => {
  before(async () => {
    const seed = seedWithSecrets();
    const flags = ['--seed', seed, '--test-endpoints', '--log-level', 'debug'];
    const server = await SpawnedServer.start({ data, flags });
    await useSecrets(server);
    files.push(...filesNow('while it ran'));
    await server.stop();
    files.push(...filesNow('after it stopped'));
    output = Buffer.from(server.output, 'latin1');
    journal = await journalText();
    secret('the root key of the data directory', rootKeyBytes());
  });

  it('a search finds every form of a secret that is there', () => {
    const hidden = randomBytes(32);
    const finder = new TraceFinder([{ what: 'hidden', bytes: hidden }]);
    const forms = [
      hidden.subarray(9, 25),
      hidden.toString('hex').slice(5, 21),
      Buffer.concat([Buffer.from('xy'), hidden])
        .toString('base64')
        .slice(9, 25),
      hidden.toString('base64url').slice(3),
      JSON.stringify([...hidden]),
    ];
    for (const form of forms) assert.equal(finder.find(Buffer.concat([randomBytes(99), Buffer.from(form)])).length, 1);
    assert.deepEqual(finder.find(randomBytes(100_000)), []);
  });

  it('no file of the data directory but root.key has a trace of a secret, a name or a policy', () => {
    const finder = new TraceFinder([...secrets, ...confidential]);
    assert.ok(
      files.some(({ name }) => name.startsWith('bulwark.db-wal')),
      'the write-ahead log was searched too',
    );
    const found = files
      .filter(({ name }) => !name.startsWith('root.key'))
      .flatMap(({ name, content }) => finder.find(content).map((trace) => `${name}: ${trace}`));
    assert.deepEqual(found, []);
  });

  it('what the server prints at log level debug has no trace of a secret', () => {
    assert.ok(output.includes('AWS_ENDPOINT_URL'));
    assert.deepEqual(new TraceFinder(secrets).find(output), []);
  });

  it('the journal, opened, has no trace of a secret', () => {
    assert.ok(journal.includes('leaky-user'), 'the journal was opened');
    for (const operation of ['Encrypt', 'Decrypt', 'GenerateDataKey', 'CreateAccessKey', 'GetSessionToken']) {
      assert.ok(journal.includes(`"eventName":"${operation}"`), operation);
    }
    assert.deepEqual(new TraceFinder(secrets).find(journal), []);
  });

  it('what others could read is closed to them', () => {
    for (const name of readdirSync(data)) {
      if (name === 'lock' || name.startsWith('lock-')) continue;
      assert.equal(statSync(join(data, name)).mode & 0o077, 0, name);
    }
    assert.equal(statSync(data).mode & 0o077, 0);
  });
});

/** @returns path of a seed file with key material and a user's secret */
const seedWithSecrets = (): string => {
  const material = randomBytes(32);
  const seededSecret = randomBytes(30).toString('base64');
  secret('seeded key material', material);
  secret('secret access key of a seeded user', seededSecret);
  const path = join(directory, 'seed.json');
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
  const accessKeys = [{ id: 'AKIASEEDEDUSERACCESS', secret: seededSecret }];
  const content = {
    keys: [{ id, material: material.toString('base64'), aliases: ['alias/seeded'] }],
    users: [{ name: 'seeded', accessKeys, policies: { all: allowAll } }],
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
};

const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** Everything that touches a secret, and what people do wrong with them. */
const useSecrets = async (server: SpawnedServer): Promise<void> => {
  const call = (operation: string, input: object, credentials: Credentials = rootCredentials) =>
    sdk.call(operation, input, { url: server.url, region, credentials });
  secret('secret access key of root', rootCredentials.secretAccessKey);

  const UserName = 'leaky-user-with-a-long-name';
  confidential.push({ what: 'a user name', bytes: Buffer.from(UserName) });
  confidential.push({ what: 'an account', bytes: Buffer.from(`arn:aws:iam::${account}:user/`) });
  await call('CreateUser', { UserName });
  await call('PutUserPolicy', { UserName, PolicyName: 'all', PolicyDocument: JSON.stringify(allowAll) });
  confidential.push({ what: 'a policy', bytes: Buffer.from('"Effect":"Allow","Action":"*"') });
  const { AccessKey } = await call('CreateAccessKey', { UserName });
  const user = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  secret('secret access key of a user', user.secretAccessKey);

  const { Credentials: given } = await call('GetSessionToken', {}, user);
  const session = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
  secret('secret access key of a session', session.secretAccessKey);
  secret('a session token', session.sessionToken);
  await call('GetCallerIdentity', {}, session);

  const Plaintext = randomBytes(64);
  secret('a plaintext', Plaintext);
  const KeyId = 'alias/seeded';
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext }, user);
  await call('Decrypt', { CiphertextBlob }, session);
  await call('ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }, user);
  secret('a data key', (await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, user)).Plaintext);
  secret('random bytes', (await call('GenerateRandom', { NumberOfBytes: 32 }, user)).Plaintext);
  const Description = 'a description that is nobody’s business';
  confidential.push({ what: 'a description', bytes: Buffer.from(Description) });
  await call('CreateKey', { Description });

  const mistakes = [
    call('Encrypt', { KeyId, Plaintext: Buffer.concat([Plaintext, randomBytes(4096)]) }, user),
    call('Encrypt', { KeyId: 'alias/none', Plaintext }, user),
    call('Decrypt', { CiphertextBlob, EncryptionContext: { a: 'b' } }, user),
    call('Decrypt', { CiphertextBlob: Plaintext }, user),
    call('ListKeys', {}, { ...user, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
    call('ListKeys', {}, { ...session, secretAccessKey: user.secretAccessKey }),
    call('ListKeys', {}, { ...user, sessionToken: session.sessionToken }),
  ];
  for (const { status } of await Promise.allSettled(mistakes)) assert.equal(status, 'rejected');
  for (const body of [
    { KeyId, Plaintext: [Plaintext.toString('base64')] },
    { KeyId, Plaintext: { x: Plaintext.toString('hex') } },
  ]) {
    assert.equal((await server.kms('Encrypt', body, user)).status, 400);
  }
};

const filesNow = (when: string): { name: string; content: Buffer }[] =>
  readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(data, name)).isFile())
    .map((name) => ({ name: `${name}, ${when}`, content: readFileSync(join(data, name)) }));

const journalText = async (): Promise<Buffer> => {
  const store = await openStore({ data });
  try {
    const records = await store.readLog(0, 100_000);
    return Buffer.from(records.map(({ text }) => text).join('\n'));
  } finally {
    await store.close();
  }
};

/** root.key holds the key in base64 below a comment. @see docs/formats/key-hierarchy.md */
const rootKeyBytes = (): Buffer => {
  const line = readFileSync(join(data, 'root.key'), 'utf8').trim().split('\n').at(-1)!;
  const bytes = Buffer.from(line.split(' ').at(-1)!, 'base64');
  assert.equal(bytes.length, 32);
  return bytes;
};
