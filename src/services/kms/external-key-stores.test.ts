import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';
import { storeBehind, testXksProxy } from '../../testing/xks-proxy.ts';

const EncryptionContext = { dept: 'hr' };
const Plaintext = Buffer.from('attack at dawn');

const holder = await testServer();
const holderKms = holder.client(sdk.KMSClient);
const hmacKey = async () => {
  const created = await holderKms.send(
    new sdk.CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
  );
  return created.KeyMetadata!;
};
const [one, two] = [await hmacKey(), await hmacKey()];
const proxy = await testXksProxy(holder, { one: one.Arn!, two: two.Arn! });
const server = await testServer({
  persistent: true,
  'xks-proxy': ['xks', 'other'].map((name) => `${name}.example.com=https://127.0.0.1:${proxy.port}`).join(),
  'xks-ca': proxy.caFile,
  'xks-timeout': '10000',
});

describe('an external key store', () => {
  let kms = server.client(sdk.KMSClient);
  let CustomKeyStoreId = '';
  let KeyId = '';
  const creating = (more: Partial<sdk.CreateCustomKeyStoreCommandInput> = {}) =>
    kms.send(new sdk.CreateCustomKeyStoreCommand({ ...storeBehind(proxy, 'outside'), ...more }));
  const storeNow = async () =>
    (await kms.send(new sdk.DescribeCustomKeyStoresCommand({ CustomKeyStoreId }))).CustomKeyStores![0]!;
  const connect = async () => {
    await kms.send(new sdk.ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    await server.advance('1s');
    return storeNow();
  };
  const disconnect = async (): Promise<void> => {
    await kms.send(new sdk.DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    await server.advance('1s');
    assert.equal((await storeNow()).ConnectionState, 'DISCONNECTED');
  };
  const update = (input: object) => kms.send(new sdk.UpdateCustomKeyStoreCommand({ CustomKeyStoreId, ...input }));
  const createKey = (XksKeyId: string) =>
    kms.send(new sdk.CreateKeyCommand({ Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId, XksKeyId }));
  const encrypt = async () =>
    (await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext, EncryptionContext }))).CiphertextBlob!;
  const decrypt = async (CiphertextBlob: Uint8Array, context = EncryptionContext) =>
    Buffer.from((await kms.send(new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext: context }))).Plaintext!);
  const wrongSecret = { ...proxy.credential, RawSecretAccessKey: 'A'.repeat(44) };

  test('is created only where its proxy answers', async () => {
    const refused: readonly (readonly [Partial<sdk.CreateCustomKeyStoreCommandInput>, string])[] = [
      [{ XksProxyAuthenticationCredential: wrongSecret }, 'XksProxyIncorrectAuthenticationCredentialException'],
      [{ XksProxyUriPath: '/other/kms/xks/v1' }, 'XksProxyInvalidConfigurationException'],
      [{ XksProxyUriEndpoint: 'https://xks.invalid' }, 'XksProxyUriUnreachableException'],
      [{ XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE' }, 'XksProxyVpcEndpointServiceNotFoundException'],
      [{ KeyStorePassword: 'kmsPswd1' }, 'ValidationException'],
    ];
    for (const [input, name] of refused) await assert.rejects(creating(input), { name });
    const strange = creating({ XksProxyUriEndpoint: 'https://other.example.com' });
    await assert.rejects(strange, { name: 'XksProxyUriUnreachableException', message: /certificate/ });
    CustomKeyStoreId = (await creating()).CustomKeyStoreId!;
    await assert.rejects(creating(), { name: 'CustomKeyStoreNameInUseException' });
    await assert.rejects(creating({ CustomKeyStoreName: 'other' }), { name: 'XksProxyUriInUseException' });
    assert.deepEqual((await storeNow()).XksProxyConfiguration, {
      Connectivity: 'PUBLIC_ENDPOINT',
      AccessKeyId: proxy.credential.AccessKeyId,
      UriEndpoint: proxy.endpoint,
      UriPath: proxy.path,
    });
  });

  test('has keys only while it is connected, and of external keys that are enabled and belong to no other', async () => {
    await assert.rejects(createKey('one'), { name: 'CustomKeyStoreInvalidStateException' });
    assert.equal((await connect()).ConnectionState, 'CONNECTED');
    await assert.rejects(createKey('three'), { name: 'XksKeyNotFoundException' });
    await holderKms.send(new sdk.DisableKeyCommand({ KeyId: two.KeyId }));
    await assert.rejects(createKey('two'), { name: 'XksKeyInvalidConfigurationException' });
    await holderKms.send(new sdk.EnableKeyCommand({ KeyId: two.KeyId }));
    const { KeyMetadata } = await createKey('one');
    KeyId = KeyMetadata!.KeyId!;
    assert.deepEqual(KeyMetadata!.XksKeyConfiguration, { Id: 'one' });
    assert.equal(KeyMetadata!.Origin, 'EXTERNAL_KEY_STORE');
    await assert.rejects(createKey('one'), { name: 'XksKeyAlreadyInUseException' });
  });

  test('encrypts by the proxy, which learns who asks and never the plaintext', async () => {
    const blob = await encrypt();
    assert.deepEqual(await decrypt(blob), Plaintext);
    const data = await kms.send(new sdk.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    assert.deepEqual(await decrypt(data.CiphertextBlob!), Buffer.from(data.Plaintext!));
    const [record] = await server.journal('Encrypt');
    const line = proxy.lines.find(({ kmsRequestId }) => kmsRequestId === record!.requestID);
    assert.equal(line?.awsPrincipalArn, 'arn:aws:iam::111122223333:root');
    assert.equal(line.kmsKeyArn, `arn:aws:kms:us-east-1:111122223333:key/${KeyId}`);
    const { CiphertextBlob } = await kms.send(
      new sdk.ReEncryptCommand({
        CiphertextBlob: blob,
        DestinationKeyId: KeyId,
        SourceEncryptionContext: EncryptionContext,
      }),
    );
    assert.deepEqual(await decrypt(CiphertextBlob!, {} as never), Plaintext);
  });

  test('shows by metrics how its proxy does', async () => {
    const text = await (await fetch(`${server.url}/_bulwark/metrics`)).text();
    const metrics = text.split('\n').filter((line) => /xks/.test(line) && line.includes(CustomKeyStoreId));
    const figure = (name: string, ...labels: string[]): number => {
      const found = metrics.find(
        (line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)),
      );
      return Number(found?.slice(found.lastIndexOf(' ')));
    };
    const ofKey = ['operation="CreateKey"', 'xks_operation="GetKeyMetadata"'];
    const notFound = ['error_type="non-retryable"', 'error="KeyNotFoundException"'];
    assert.equal(figure('bulwark_xks_proxy_errors_total', ...ofKey, ...notFound), 1);
    const encrypting = ['operation="GenerateDataKey"', 'xks_operation="Encrypt"'];
    assert.equal(figure('bulwark_xks_proxy_latency_seconds_count', ...encrypting), 1);
    const age = figure('bulwark_xks_proxy_credential_age_days');
    assert.ok(age > 0 && age < 0.01, `${age}`);
    const left = figure('bulwark_xks_proxy_certificate_days_to_expire', 'certificate="Bulwark"');
    assert.ok(left > 390 && left < 398, `${left}`);
    assert.equal(figure('bulwark_xks_external_key_managers', 'state="ACTIVE"'), 1);
    assert.equal(figure('bulwark_xks_external_key_managers', 'state="UNAVAILABLE"'), 0);
  });

  test('refuses every altered ciphertext and any other context', async () => {
    const blob = await encrypt();
    await assert.rejects(decrypt(blob, { dept: 'it' }), { name: 'KMSInvalidStateException' });
    for (let at = 0; at < blob.length; at += 7) {
      const altered = Buffer.from(blob);
      altered[at]! ^= 1;
      await assert.rejects(decrypt(altered));
    }
  });

  test('takes the longest plaintext with the largest context', async () => {
    const context = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`name-${at}`, 'x'.repeat(900)]));
    const longest = Buffer.alloc(4096, 7);
    const input = { KeyId, Plaintext: longest, EncryptionContext: context };
    const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand(input));
    assert.deepEqual(await decrypt(CiphertextBlob!, context as never), longest);
  });

  test('fails when the external key is disabled or the proxy is away, and works again when it is back', async () => {
    const blob = await encrypt();
    await holderKms.send(new sdk.DisableKeyCommand({ KeyId: one.KeyId }));
    await assert.rejects(decrypt(blob), { name: 'KMSInvalidStateException', message: /is not enabled/ });
    await holderKms.send(new sdk.EnableKeyCommand({ KeyId: one.KeyId }));
    await proxy.stop();
    await assert.rejects(decrypt(blob), { name: 'KMSInvalidStateException', message: /cannot communicate/ });
    await proxy.start();
    assert.deepEqual(await decrypt(blob), Plaintext);
  });

  test('tells when its key was last used', async () => {
    await encrypt();
    const { KeyLastUsage } = await kms.send(new sdk.GetKeyLastUsageCommand({ KeyId }));
    assert.equal(KeyLastUsage?.Operation, 'Encrypt');
  });

  test('takes a new credential while connected, a new endpoint only when disconnected', async () => {
    await update({ XksProxyAuthenticationCredential: proxy.credential });
    const wrong = update({ XksProxyAuthenticationCredential: wrongSecret });
    await assert.rejects(wrong, { name: 'XksProxyIncorrectAuthenticationCredentialException' });
    const endpoint = { XksProxyUriEndpoint: proxy.endpoint };
    await assert.rejects(update(endpoint), { name: 'CustomKeyStoreInvalidStateException' });
    await assert.rejects(update({ KeyStorePassword: 'kmsPswd1' }), { name: 'ValidationException' });
    await disconnect();
    await update(endpoint);
    const { KeyMetadata } = await kms.send(new sdk.DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata!.KeyState, 'Unavailable');
    await assert.rejects(encrypt(), { name: 'KMSInvalidStateException' });
  });

  test('fails to connect to a proxy that is away, and says so', async () => {
    await proxy.stop();
    const failed = await connect();
    assert.deepEqual([failed.ConnectionState, failed.ConnectionErrorCode], ['FAILED', 'XKS_PROXY_NOT_REACHABLE']);
    await proxy.start();
    await disconnect();
    assert.equal((await connect()).ConnectionState, 'CONNECTED');
  });

  test('is connected still after a restart', async () => {
    const blob = await encrypt();
    await server.restart();
    kms = server.client(sdk.KMSClient);
    assert.deepEqual(await decrypt(blob), Plaintext);
  });

  test('gives an external key free with its KMS key, and shows no credential in the journal', async () => {
    const remove = () => kms.send(new sdk.DeleteCustomKeyStoreCommand({ CustomKeyStoreId }));
    await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await server.advance('8d');
    KeyId = (await createKey('one')).KeyMetadata!.KeyId!;
    await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await disconnect();
    await assert.rejects(remove(), { name: 'CustomKeyStoreHasCMKsException' });
    await server.advance('8d');
    await remove();
    const { additionalEventData } = (await server.journal('UpdateCustomKeyStore')).at(-1)!;
    assert.deepEqual(additionalEventData, { customKeyStoreName: 'outside' });
    const journal = JSON.stringify(await server.journal());
    for (const secret of Object.values(proxy.credential)) assert.ok(!journal.includes(secret));
  });
});
