import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, EncryptCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const slowKey = async () => {
  const spec = { KeySpec: 'ECC_NIST_P521', KeyUsage: 'SIGN_VERIFY' } as const;
  return (await kms.send(new CreateKeyCommand(spec))).KeyMetadata!.KeyId!;
};
const signing = (KeyId: string) =>
  kms.send(new SignCommand({ KeyId, SigningAlgorithm: 'ECDSA_SHA_512', Message: Buffer.from('slow') }));

test('a key that is disabled while signatures are made signs nothing from then on', async () => {
  const KeyId = await slowKey();
  const first = Array.from({ length: 20 }, () => signing(KeyId));
  await Promise.race(first);
  const later = [...first, ...Array.from({ length: 20 }, () => signing(KeyId))].map((signature) =>
    signature.then(
      () => 'signed',
      (error: Error) => error.name,
    ),
  );
  await kms.send(new DisableKeyCommand({ KeyId }));
  const outcomes = new Set(await Promise.all(later));
  assert.ok(outcomes.has('DisabledException'), [...outcomes].join());

  const records = await server.journal();
  const disabledAt = records.findIndex(({ eventName }) => eventName === 'DisableKey');
  const after = records.slice(disabledAt).filter(({ eventName }) => eventName === 'Sign');
  assert.ok(after.length > 0);
  for (const { errorCode } of after) assert.equal(errorCode, 'DisabledException');
});

test('while signatures wait for a thread, symmetric calls are answered', async () => {
  const KeyId = await slowKey();
  const symmetric = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId;
  let signed = 0;
  const signatures = Array.from({ length: 60 }, () => signing(KeyId).then(() => signed++));
  for (let calls = 0; calls < 5; calls++) {
    await kms.send(new EncryptCommand({ KeyId: symmetric, Plaintext: Buffer.from('quick') }));
  }
  assert.ok(signed < 60, `${signed} signatures were made before`);
  await Promise.all(signatures);
});
