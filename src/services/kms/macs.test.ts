import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  KMSClient,
  type MacAlgorithmSpec,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const Message = Buffer.from('a message');
const newKey = async (bits: number) => {
  const spec = { KeySpec: `HMAC_${bits}` as KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' } as const;
  return (await kms.send(new CreateKeyCommand(spec))).KeyMetadata!;
};

for (const bits of [224, 256, 384, 512]) {
  describe(`an HMAC key of ${bits} bits`, async () => {
    const { KeyId, Arn } = await newKey(bits);
    const input = { KeyId, MacAlgorithm: `HMAC_SHA_${bits}` as MacAlgorithmSpec, Message };
    const { Mac, $metadata: _, ...rest } = await kms.send(new GenerateMacCommand(input));

    test('makes the same MAC each time, as long as its hash', async () => {
      assert.equal(Mac!.length, bits / 8);
      assert.deepEqual(rest, { KeyId: Arn, MacAlgorithm: input.MacAlgorithm });
      assert.deepEqual((await kms.send(new GenerateMacCommand(input))).Mac, Mac);
    });

    test('verifies its MAC and no other', async () => {
      const { $metadata: __, ...verified } = await kms.send(new VerifyMacCommand({ ...input, Mac }));
      assert.deepEqual(verified, { KeyId: Arn, MacAlgorithm: input.MacAlgorithm, MacValid: true });
      const altered = Uint8Array.from(Mac!);
      altered[0]! ^= 1;
      for (const wrong of [
        { ...input, Mac: altered },
        { ...input, Mac: Mac!.subarray(1) },
        { ...input, Mac, Message: Buffer.from('another message') },
      ]) {
        await assert.rejects(kms.send(new VerifyMacCommand(wrong)), { name: 'KMSInvalidMacException' });
      }
    });
  });
}

test('each HMAC key has one algorithm', async () => {
  const { KeyId } = await newKey(224);
  await assert.rejects(kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message })), {
    name: 'InvalidKeyUsageException',
    message: 'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
  });
});

test('an encryption key makes no MACs, and an HMAC key has no public key', async () => {
  const { KeyId, Arn } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  await assert.rejects(kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message })), {
    name: 'InvalidKeyUsageException',
    message: `${Arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
  });
  const mac = await newKey(256);
  await assert.rejects(kms.send(new GetPublicKeyCommand({ KeyId: mac.KeyId })), {
    name: 'UnsupportedOperationException',
    message: `${mac.Arn} key spec is HMAC_256 which is not valid for GetPublicKey.`,
  });
});

test('a dry run makes no MAC, and says what is wrong; a disabled key makes none', async () => {
  const { KeyId, Arn } = await newKey(256);
  const input = { KeyId, MacAlgorithm: 'HMAC_SHA_256', Message } as const;
  const { Mac } = await kms.send(new GenerateMacCommand(input));
  const wouldSucceed = { name: 'DryRunOperationException' };
  await assert.rejects(kms.send(new GenerateMacCommand({ ...input, DryRun: true })), wouldSucceed);
  await assert.rejects(kms.send(new VerifyMacCommand({ ...input, Mac, DryRun: true })), wouldSucceed);
  await assert.rejects(kms.send(new VerifyMacCommand({ ...input, Mac: Buffer.alloc(32), DryRun: true })), {
    name: 'KMSInvalidMacException',
  });
  await kms.send(new DisableKeyCommand({ KeyId }));
  const disabled = { name: 'DisabledException', message: `${Arn} is disabled.` };
  await assert.rejects(kms.send(new GenerateMacCommand(input)), disabled);
  await assert.rejects(kms.send(new VerifyMacCommand({ ...input, Mac })), disabled);
});
