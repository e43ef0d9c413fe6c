import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ seedText: 'accounts: ["999999999999"]' });
const kms = server.client(KMSClient);
const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
const { KeyId, Arn } = KeyMetadata!;
await kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }));
const here = 'arn:aws:kms:us-east-1:111122223333';
const absent = '1234abcd-12ab-34cd-56ef-1234567890ab';
const inaccessible =
  'because the resource does not exist in this Region, no resource-based policies allow access, ' +
  'or a resource-based policy explicitly denies access';

const describeBy = (keyId: string) => kms.send(new DescribeKeyCommand({ KeyId: keyId }));
const disableBy = (keyId: string) => kms.send(new DisableKeyCommand({ KeyId: keyId }));
const encryptBy = (keyId: string) => kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('x') }));

describe('a key identifier that leads nowhere', () => {
  const cases: readonly [what: string, call: () => Promise<unknown>, name: string, message: string][] = [
    ['no key id', () => describeBy('fake-key-id'), 'NotFoundException', "Invalid keyId 'fake-key-id'"],
    ['no multi-Region id', () => describeBy('mrk-fake'), 'NotFoundException', "Invalid keyId 'mrk-fake'"],
    ['an unknown id', () => encryptBy(absent), 'NotFoundException', `Key '${here}:key/${absent}' does not exist`],
    [
      'an unknown ARN',
      () => encryptBy(`${here}:key/${absent}`),
      'NotFoundException',
      `Key '${here}:key/${absent}' does not exist`,
    ],
    [
      'an ARN of another Region',
      () => describeBy(Arn!.replace('us-east-1', 'eu-west-1')),
      'NotFoundException',
      'Invalid arn eu-west-1',
    ],
    ['an unknown alias', () => encryptBy('alias/x'), 'NotFoundException', `Alias ${here}:alias/x is not found.`],
    ['an alias where none is taken', () => disableBy('alias/app'), 'NotFoundException', 'Invalid keyId alias/app'],
    [
      'an alias ARN where none is taken',
      () => disableBy(`${here}:alias/app`),
      'InvalidArnException',
      'Key Aliases are not supported for this operation.',
    ],
    [
      'an ARN of something else',
      () => describeBy('arn:aws:s3:::bucket'),
      'InvalidArnException',
      'Invalid arn arn:aws:s3:::bucket',
    ],
    [
      'a key of another account',
      () => encryptBy(`arn:aws:kms:us-east-1:999999999999:key/${absent}`),
      'AccessDeniedException',
      `User: arn:aws:iam::111122223333:root is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:999999999999:key/${absent} ${inaccessible}`,
    ],
    [
      'an alias of another account',
      () => encryptBy('arn:aws:kms:us-east-1:999999999999:alias/x'),
      'AccessDeniedException',
      `User: arn:aws:iam::111122223333:root is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:999999999999:alias/x ${inaccessible}`,
    ],
  ];
  for (const [what, call, name, message] of cases) {
    test(`${what}: ${name}`, () => assert.rejects(call, { name, message }));
  }
});

test('a key id belongs to the Region of the request', async () => {
  const elsewhere = server.client(KMSClient, undefined, 'eu-west-1');
  await assert.rejects(elsewhere.send(new DescribeKeyCommand({ KeyId })), {
    name: 'NotFoundException',
    message: `Key 'arn:aws:kms:eu-west-1:111122223333:key/${KeyId}' does not exist`,
  });
});

test('who may not use a key does not learn whether it exists', async () => {
  const nobody = server.client(KMSClient, await server.user('nobody'));
  await assert.rejects(nobody.send(new DescribeKeyCommand({ KeyId: absent })), {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: kms:DescribeKey on resource: ${here}:key/${absent} because no identity-based policy allows the kms:DescribeKey action`,
  });
});

test("an operation for the own account only is denied on another account's key, whatever its policy says", async () => {
  const id = '11111111-2222-4333-8444-555555555555';
  const policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' },
  };
  const shared = await testServer({
    seedText: JSON.stringify({
      keys: [
        { account: '999999999999', region: 'us-east-1', id, policy: { ...policy, Statement: [policy.Statement] } },
      ],
      accounts: ['111122223333'],
    }),
  });
  const client = shared.client(KMSClient);
  const arn = `arn:aws:kms:us-east-1:999999999999:key/${id}`;
  assert.equal((await client.send(new EncryptCommand({ KeyId: arn, Plaintext: Buffer.from('x') }))).KeyId, arn);
  await assert.rejects(client.send(new DisableKeyCommand({ KeyId: arn })), {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::111122223333:root is not authorized to perform: kms:DisableKey on resource: ${arn} ${inaccessible}`,
  });
});
