import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sign } from '../../src/testing/sign.ts';
import { region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import type { Target } from './driver.ts';
import { sdk } from './drivers/sdk.ts';
import { refused } from './stage.ts';
import { drivers } from './through-clients.ts';

/** What people get wrong, and what they are told by KMS, which speaks JSON, and by STS, which speaks Query. */
const mistakes: readonly {
  readonly mistake: string;
  readonly target: Partial<Target>;
  readonly kms: readonly [code: string, message: RegExp];
  readonly sts: readonly [code: string, message: RegExp];
}[] = [
  {
    mistake: 'a wrong secret access key',
    target: { credentials: { ...rootCredentials, secretAccessKey: 'not-the-secret-access-key' } },
    kms: ['InvalidSignatureException', /Check your AWS Secret Access Key and signing method/],
    sts: ['SignatureDoesNotMatch', /Check your AWS Secret Access Key and signing method/],
  },
  {
    mistake: 'an access key of some other server',
    target: { credentials: { ...rootCredentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } },
    kms: ['UnrecognizedClientException', /^The security token included in the request is invalid\.?$/],
    sts: ['InvalidClientTokenId', /^The security token included in the request is invalid\.?$/],
  },
  {
    mistake: 'a misspelt Region',
    target: { region: 'eu-nowhere-9' },
    kms: ['InvalidSignatureException', /^Credential should be scoped to a valid region/],
    sts: ['SignatureDoesNotMatch', /^Credential should be scoped to a valid region/],
  },
];

let server: SpawnedServer;
before(async () => {
  server = await SpawnedServer.start();
});
after(async () => {
  for (const driver of drivers) driver.close();
  await server.stop();
});

for (const driver of drivers) {
  describe(`mistakes through ${driver.name}`, { concurrency: 2, skip: driver.missing ?? false }, () => {
    for (const { mistake, target, ...told } of mistakes) {
      it(`${mistake} is named as such`, async () => {
        const whole = { url: server.url, region, credentials: rootCredentials, ...target };
        await refused(driver.call('ListKeys', {}, whole), ...told.kms);
        await refused(driver.call('GetCallerIdentity', {}, whole), ...told.sts);
      });
    }
  });
}

describe('mistakes of a machine', () => {
  it('a clock that is wrong by more than five minutes is named, with both times', async () => {
    const answered = await signedAt(new Date(Date.now() - 20 * 60_000));
    assert.equal(answered.status, 400);
    assert.match(
      answered.text,
      /Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)/,
    );
    const { text } = await signedAt(new Date(Date.now() + 20 * 60_000));
    assert.match(text, /Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z/);
  });

  it('an operation that this version has not is refused by its name', async () => {
    const target = { url: server.url, region, credentials: rootCredentials };
    await refused(
      sdk.call('ssm:CreateActivation', { IamRole: 'x' }, target),
      'UnknownOperationException',
      /Bulwark does not support ssm:CreateActivation yet/,
    );
  });

  it('a browser is told what this is and how to use it', async () => {
    const response = await fetch(server.url);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+/);
  });
});

const signedAt = async (at: Date): Promise<{ status: number; text: string }> => {
  const host = `127.0.0.1:${server.port}`;
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' };
  const unsigned = { method: 'POST', path: '/', headers, body: '{}' };
  const signed = sign(unsigned, rootCredentials, { region, service: 'kms' }, at);
  const response = await fetch(server.url, { method: 'POST', headers: signed, body: '{}' });
  return { status: response.status, text: await response.text() };
};
