import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const material = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const seedText = `
keys:
  - arn: arn:aws:kms:eu-west-2:387124123361:key/0509dc31
    description: tutorial key
    material: ${material.toString('base64')}
    aliases: [alias/tutorial]
    tags: { team: tutorial }
`;

test('a restart keeps keys, states, policies, aliases, tags and what was encrypted', async () => {
  const server = await testServer({ persistent: true });
  let kms = server.client(KMSClient);
  const Tags = [{ TagKey: 'a', TagValue: 'b' }];
  const { KeyId } = (await kms.send(new CreateKeyCommand({ Tags }))).KeyMetadata!;
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/kept', TargetKeyId: KeyId }));
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'kept' }));
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: Policy!.replaceAll(' : ', ':') }));
  const EncryptionContext = { dept: 'hr' };
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('kept'), EncryptionContext }),
  );
  const disabled = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  await kms.send(new DisableKeyCommand({ KeyId: disabled.KeyId }));

  const everything = async () => ({
    key: (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata,
    disabled: (await kms.send(new DescribeKeyCommand({ KeyId: disabled.KeyId }))).KeyMetadata,
    keys: (await kms.send(new ListKeysCommand({}))).Keys,
    aliases: (await kms.send(new ListAliasesCommand({}))).Aliases,
    tags: (await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags,
    policy: (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy,
    plaintext: (await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext,
  });
  const before = await everything();
  await server.restart();
  kms = server.client(KMSClient);
  assert.deepEqual(await everything(), before);
  assert.equal(before.key?.Description, 'kept');
});

describe('a seeded key', async () => {
  const server = await testServer({ persistent: true, seedText, account: '387124123361', region: 'eu-west-2' });
  const client = () => server.client(KMSClient, undefined, 'eu-west-2');
  const Arn = 'arn:aws:kms:eu-west-2:387124123361:key/0509dc31';

  test('is found by its own id, whatever its form, and by its alias', async () => {
    for (const KeyId of ['0509dc31', Arn, 'alias/tutorial']) {
      const { KeyMetadata } = await client().send(new DescribeKeyCommand({ KeyId }));
      assert.deepEqual([KeyMetadata!.Arn, KeyMetadata!.Description], [Arn, 'tutorial key']);
    }
    const { Tags } = await client().send(new ListResourceTagsCommand({ KeyId: '0509dc31' }));
    assert.deepEqual(Tags, [{ TagKey: 'team', TagValue: 'tutorial' }]);
  });

  test('has the material of the seed: equal material has an equal id', async () => {
    const { KeyMetadata } = await client().send(new DescribeKeyCommand({ KeyId: '0509dc31' }));
    const id = '02826b28cfd4a3e0a90f3f0c75fbe45c21c330af9dad9a8579bf98a2238494bd';
    assert.equal(KeyMetadata!.CurrentKeyMaterialId, id);
  });

  test('is left as it is when the seed is applied again', async () => {
    await client().send(new UpdateKeyDescriptionCommand({ KeyId: '0509dc31', Description: 'mine now' }));
    const { CiphertextBlob } = await client().send(
      new EncryptCommand({ KeyId: '0509dc31', Plaintext: Buffer.from('x') }),
    );
    await server.restart();
    const { KeyMetadata } = await client().send(new DescribeKeyCommand({ KeyId: '0509dc31' }));
    assert.equal(KeyMetadata!.Description, 'mine now');
    const { Plaintext } = await client().send(new DecryptCommand({ CiphertextBlob }));
    assert.equal(Buffer.from(Plaintext!).toString(), 'x');
  });

  test('leaves no trace of its material in the data directory', () => {
    const names = readdirSync(server.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.ok(names.length > 0);
    for (const entry of names) {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      for (const form of [material, material.toString('base64'), material.toString('hex'), '0509dc31', 'tutorial']) {
        assert.ok(!bytes.includes(form), `${entry.name} holds ${typeof form === 'string' ? 'a name' : 'material'}`);
      }
    }
  });
});
