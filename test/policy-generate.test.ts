import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateKeyCommand, EncryptCommand, GenerateRandomCommand, KMSClient } from '@aws-sdk/client-kms';
import { leastPolicy } from '../src/cli/policy/least-policy.ts';
import { testServer } from '../src/testing/server.ts';
import { bulwark } from './bulwark.ts';

const server = await testServer({ persistent: true });
const root = server.client(KMSClient);
const keyOf = async (): Promise<string> => (await root.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
const [one, two] = [await keyOf(), await keyOf()];
const Plaintext = Buffer.from('x');
const principal = 'arn:aws:iam::111122223333:user/app';
const statement = { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:GenerateRandom', 'kms:List*'], Resource: '*' };
const app = server.client(KMSClient, await server.user('app', statement));
for (const KeyId of [one, two, one]) await app.send(new EncryptCommand({ KeyId, Plaintext }));
await app.send(new GenerateRandomCommand({ NumberOfBytes: 8 }));
await assert.rejects(app.send(new CreateKeyCommand({})), { name: 'AccessDeniedException' });

const generate = (...args: readonly string[]) =>
  bulwark('policy', 'generate', '--data', server.directory, '--principal', principal, ...args);

describe('bulwark policy generate', () => {
  it('covers what was allowed, on the resources it was done to, and nothing that was refused', async () => {
    const { stdout, stderr } = await generate('--since', '1d');
    assert.deepEqual(JSON.parse(stdout || stderr), {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['kms:Encrypt'], Resource: [one, two].sort() },
        { Effect: 'Allow', Action: ['kms:GenerateRandom'], Resource: ['*'] },
      ],
    });
  });

  it('writes a policy under which the same calls succeed', async () => {
    const { Statement } = JSON.parse((await generate()).stdout);
    const again = server.client(KMSClient, await server.user('again', ...Statement));
    for (const KeyId of [one, two]) await again.send(new EncryptCommand({ KeyId, Plaintext }));
    await again.send(new GenerateRandomCommand({ NumberOfBytes: 8 }));
    await assert.rejects(again.send(new EncryptCommand({ KeyId: await keyOf(), Plaintext })), {
      name: 'AccessDeniedException',
    });
  });

  it('lists with --unused what is granted and was not used', async () => {
    const { stdout, stderr } = await generate('--unused');
    const lines = stdout.trimEnd().split('\n');
    assert.ok(lines.includes('kms:ListKeys') && lines.includes('kms:ListAliases'), stdout);
    assert.ok(!lines.includes('kms:Encrypt') && !lines.includes('kms:GenerateRandom'), stdout);
    assert.match(stderr, new RegExp(`^${lines.length} of ${lines.length + 2} granted actions were not used`));
  });

  const mistakes: readonly [string, readonly string[], RegExp][] = [
    ['a span that is none', ['--since', 'yesterday'], /--since: "yesterday" is neither a span such as 90d nor a date/],
    [
      'a time in which nothing happened',
      ['--since', '2999-01-01'],
      /saw nothing that arn:.*user\/app was allowed to do/,
    ],
    ['a principal that is none', ['--principal', 'app'], /--principal names a user, role or session by its ARN/],
    ['a user that does not exist', ['--principal', `${principal}2`, '--unused'], /there is no user or role arn:.*app2/],
  ];
  for (const [name, args, message] of mistakes) {
    it(`says what is wrong with ${name}`, async () => {
      const { exitCode, stderr } = await generate(...args);
      assert.deepEqual([exitCode, message.test(stderr)], [2, true], stderr);
    });
  }
});

describe('the smallest policy', () => {
  const rows: readonly [string, readonly [string, string][], readonly [string[], string[]][]][] = [
    [
      'groups actions on the same resources',
      [
        ['s3:GetObject', 'arn:aws:s3:::b/k'],
        ['s3:PutObject', 'arn:aws:s3:::b/k'],
      ],
      [[['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::b/k']]],
    ],
    [
      'never joins an action with a resource that it was not used on',
      [
        ['s3:GetObject', 'arn:aws:s3:::b/1'],
        ['s3:GetObject', 'arn:aws:s3:::b/2'],
        ['s3:PutObject', 'arn:aws:s3:::b/2'],
      ],
      [
        [['s3:GetObject'], ['arn:aws:s3:::b/1']],
        [['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::b/2']],
      ],
    ],
    [
      'has * for actions that take no resource, and no other wildcard',
      [
        ['kms:ListKeys', '*'],
        ['s3:GetObject', 'arn:aws:s3:::b/what?*'],
      ],
      [
        [['kms:ListKeys'], ['*']],
        [['s3:GetObject'], [`arn:aws:s3:::b/what\${?}\${*}`]],
      ],
    ],
  ];
  for (const [name, uses, expected] of rows) {
    it(name, () => {
      const { Statement } = leastPolicy(uses.map(([action, resource]) => ({ action, resource })));
      assert.deepEqual(
        Statement.map(({ Action, Resource }) => [Action, Resource]),
        expected,
      );
    });
  }
});
