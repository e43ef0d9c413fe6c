import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  CreateKeyCommand,
  DecryptCommand,
  type DecryptCommandInput,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const account = '111122223333';
const otherAccount = '444455556666';
const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
};
const foreign = { account: otherAccount, region: 'us-east-1', id: '22222222-2222-4333-8444-555555555555', policy };
const server = await testServer({ seedText: JSON.stringify({ keys: [foreign] }) });
const kms = server.client(KMSClient);
const { KeyId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
const EncryptionContext = { dept: 'hr', year: '2026' };
const Plaintext = Buffer.from('attack at dawn');
const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
const blob = Buffer.from(CiphertextBlob!);
const decrypt = (input: Partial<DecryptCommandInput>) =>
  kms.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext, ...input }));
const invalid = { name: 'InvalidCiphertextException' };

/** The header's checksum made good again: what is left to notice the change is the tag. */
const resealed = (altered: Buffer): Buffer => {
  const checksumAt = 44 + altered[43]!;
  altered.writeUInt32BE(crc32(altered.subarray(0, checksumAt)), checksumAt);
  return altered;
};

describe('a ciphertext', () => {
  test('with any one of its bits flipped is refused, by Decrypt and by ReEncrypt', async () => {
    const bits = Array.from({ length: blob.length * 8 }, (_, bit) => bit);
    const flip = async (bit: number): Promise<void> => {
      const altered = Buffer.from(blob);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      const request =
        bit % 8 === 0
          ? kms.send(
              new ReEncryptCommand({
                CiphertextBlob: altered,
                SourceEncryptionContext: EncryptionContext,
                DestinationKeyId: KeyId,
              }),
            )
          : decrypt({ CiphertextBlob: altered });
      await assert.rejects(request, invalid, `bit ${bit}`);
    };
    while (bits.length > 0) await Promise.all(bits.splice(0, 32).map(flip));
    assert.deepEqual(Buffer.from((await decrypt({})).Plaintext!), Plaintext);
  });

  test('cut anywhere, or with something after it, is refused', async () => {
    for (let bytes = 1; bytes < blob.length; bytes += 5)
      await assert.rejects(decrypt({ CiphertextBlob: blob.subarray(0, bytes) }), invalid);
    await assert.rejects(decrypt({ CiphertextBlob: Buffer.concat([blob, Buffer.of(0)]) }), invalid);
  });

  test('that names other key material of its key is refused', async () => {
    const altered = Buffer.from(blob);
    altered[20]! ^= 1;
    await assert.rejects(decrypt({ CiphertextBlob: resealed(altered) }), invalid);
  });

  for (const context of [
    undefined,
    {},
    { dept: 'hr' },
    { year: '2026' },
    { dept: 'hr', year: '2027' },
    { dept: 'Hr', year: '2026' },
    { Dept: 'hr', year: '2026' },
    { dept: '2026', year: 'hr' },
    { dept: 'hr', year: '2026', more: 'x' },
    { dept: 'hr ', year: '2026' },
    { dep: 'thr', year: '2026' },
    { 'dept ': 'hr', year: '2026' },
  ]) {
    test(`is refused with another encryption context: ${JSON.stringify(context)}`, () =>
      assert.rejects(decrypt({ EncryptionContext: context }), invalid));
  }
});

describe('a ciphertext of another place is refused', () => {
  const hidden = /on the resource associated with this ciphertext because the resource does not exist in this Region/;

  test('of another key than the one that is named', async () => {
    const other = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId;
    await assert.rejects(decrypt({ KeyId: other! }), { name: 'IncorrectKeyException' });
  });

  test('of another key whose id was written into it', async () => {
    const other = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
    const altered = Buffer.from(blob);
    altered.write(other, 44, 'latin1');
    await assert.rejects(decrypt({ CiphertextBlob: resealed(altered) }), invalid);
  });

  test('of a key that does not exist, or of another Region', async () => {
    const altered = Buffer.from(blob);
    altered.write('00000000', 44, 'latin1');
    await assert.rejects(decrypt({ CiphertextBlob: resealed(altered) }), {
      name: 'AccessDeniedException',
      message: hidden,
    });
    const elsewhere = server.client(KMSClient, undefined, 'eu-west-1');
    await assert.rejects(elsewhere.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext })), {
      name: 'AccessDeniedException',
      message: hidden,
    });
  });

  test('of another account, unless its key is for us too; and never as one of ours', async () => {
    const arn = `arn:aws:kms:us-east-1:${otherAccount}:key/${foreign.id}`;
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: arn, KeySpec: 'AES_256' }));
    assert.equal((await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }))).KeyId, arn);
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, KeyId })), {
      name: 'IncorrectKeyException',
    });
    const altered = Buffer.from(made.CiphertextBlob!);
    altered.writeUIntBE(Number(account), 5, 6);
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob: resealed(altered) })), {
      name: 'AccessDeniedException',
      message: hidden,
    });
    const guest = server.client(KMSClient, await server.user('guest'));
    await assert.rejects(guest.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob })), {
      name: 'AccessDeniedException',
    });
  });
});
