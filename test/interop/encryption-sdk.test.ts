import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { type Driver, Refusal } from './driver.ts';
import { sdk } from './drivers/sdk.ts';
import { Stage } from './stage.ts';

/** Where `npm install @aws-crypto/client-node` was run: the AWS Encryption SDK is no dependency of this project. */
const folder = process.env.BULWARK_TOOLS ?? '';
const skip = existsSync(join(folder, 'node_modules', '@aws-crypto', 'client-node'))
  ? false
  : 'name a folder in BULWARK_TOOLS where @aws-crypto/client-node is installed';

let server: SpawnedServer;
const data = mkdtempSync(join(tmpdir(), 'bulwark-encryption-sdk-'));
const driver: Driver = sdk;
before(async () => {
  server = await SpawnedServer.start({ data, flags: ['--test-endpoints'] });
});
after(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

describe('the AWS Encryption SDK', { skip }, () => {
  // biome-ignore lint/suspicious/noExplicitAny: a package that is not installed where types are checked
  const esdk = (): any => createRequire(join(folder, 'package.json'))('@aws-crypto/client-node');
  const file = randomBytes(100_000);

  /** The SDK with the keyring of a key, for somebody. */
  const clientFor = (keyArn: string, credentials = rootCredentials) => {
    const { buildClient, CommitmentPolicy, getClient, KMS, KmsKeyringNode } = esdk();
    const clientProvider = getClient(KMS, { endpoint: server.url, region, credentials });
    const keyring = new KmsKeyringNode({ generatorKeyId: keyArn, clientProvider });
    return { keyring, ...buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT) };
  };

  it('KMS-30: encrypts a file that whoever may decrypt reads, and the message names the key', async () => {
    const stage = new Stage(server, data, driver);
    const { KeyId, Arn } = await stage.key();
    const { keyring, encrypt } = clientFor(Arn);
    const context = { department: 'hr' };
    const { result, messageHeader } = await encrypt(keyring, file, { encryptionContext: context });
    const [edk] = messageHeader.encryptedDataKeys;
    assert.deepEqual([edk.providerId, edk.providerInfo], ['aws-kms', Arn]);

    const reading = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: Arn } as const;
    const [reader, other] = [await stage.user(reading), await stage.user({ ...reading, Action: 'kms:Encrypt' })];
    const asReader = clientFor(Arn, reader.credentials);
    const opened = await asReader.decrypt(asReader.keyring, result);
    assert.ok(opened.plaintext.equals(file));
    assert.equal(opened.messageHeader.encryptionContext.department, 'hr');
    const asOther = clientFor(Arn, other.credentials);
    await assert.rejects(asOther.decrypt(asOther.keyring, result));
    await stage.call('DisableKey', { KeyId });
    await assert.rejects(asReader.decrypt(asReader.keyring, result));
  });

  for (const [limit, limits, messages] of [
    ['the limit of messages', { maxMessagesEncrypted: 10 }, 10],
    ['the limit of bytes', { maxBytesEncrypted: 40 }, 3],
    ['the age of the data key', { maxAge: 1 }, 1],
  ] as const) {
    it(`KMS-31: with a cache it asks for one data key until ${limit} is reached`, async () => {
      const stage = new Stage(server, data, driver);
      const { Arn } = await stage.key();
      const { keyring, encrypt } = clientFor(Arn);
      const { getLocalCryptographicMaterialsCache, NodeCachingMaterialsManager } = esdk();
      const cachingManager = new NodeCachingMaterialsManager({
        backingMaterials: keyring,
        cache: getLocalCryptographicMaterialsCache(10),
        maxAge: 60_000,
        ...limits,
      });
      const made = async () =>
        (await stage.journal('GenerateDataKey')).filter(({ resources }) => resources?.[0]?.ARN === Arn).length;
      const message = Buffer.from('one of many!!');
      // The length tells the cache how many bytes the data key is used for.
      const once = () => encrypt(cachingManager, message, { plaintextLength: message.length });
      for (let n = 0; n < messages; n++) await once();
      assert.equal(await made(), 1);
      // Longer than the shortest age.
      await sleep(10);
      await once();
      assert.equal(await made(), 2);
    });
  }
});

it('KMS-32: a secret as an environment variable is decrypted with the context that it was encrypted with only', async () => {
  const stage = new Stage(server, data, driver);
  const { KeyId } = await stage.key();
  const EncryptionContext = { LambdaFunctionName: 'reports' };
  const { CiphertextBlob } = await stage.call('Encrypt', {
    KeyId,
    Plaintext: Buffer.from('s3cret'),
    EncryptionContext,
  });
  const variable: string = CiphertextBlob.toString('base64');
  const reading = (context?: object) =>
    stage.call('Decrypt', {
      CiphertextBlob: Buffer.from(variable, 'base64'),
      ...(context && { EncryptionContext: context }),
    });
  assert.equal((await reading(EncryptionContext)).Plaintext.toString(), 's3cret');
  for (const context of [undefined, { LambdaFunctionName: 'other' }])
    await assert.rejects(reading(context), (error) => error instanceof Refusal);
});
