import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { proofHeader, provenMessage } from '../src/operator-routes.ts';
import { openStored } from '../src/store/stored.ts';
import { bulwark } from './bulwark.ts';
import { SpawnedServer } from './spawned-server.ts';

const data = mkdtempSync(join(tmpdir(), 'bulwark-rotate-'));
after(() => rmSync(data, { recursive: true, force: true }));

/** Keys in the server, created side by side. */
const createKeys = async (server: SpawnedServer, count: number): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, async () => assert.equal((await server.kms('CreateKey', {})).status, 200)),
  );
};
const rotate = (...more: string[]) => bulwark('rotate-keys', '--data', data, ...more);

describe('bulwark rotate-keys', async () => {
  let server = await SpawnedServer.start({ data });
  after(() => server.stop());
  const encrypted = JSON.parse((await server.kms('CreateKey', {})).text) as { KeyMetadata: { KeyId: string } };
  const KeyId = encrypted.KeyMetadata.KeyId;
  const { CiphertextBlob } = JSON.parse((await server.kms('Encrypt', { KeyId, Plaintext: 'aGk=' })).text) as {
    CiphertextBlob: string;
  };

  it('rotates in a running server, which goes on serving', async () => {
    await createKeys(server, 40);
    const { stdout, exitCode, stderr } = await rotate('--port', String(server.port));
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /records, \d{2,} of them sealed anew: done/);
    assert.equal((await server.kms('Decrypt', { CiphertextBlob })).status, 200);
  });

  it('is refused to whoever has not the root key', async () => {
    const url = `${server.url}/_bulwark/rotate-keys`;
    for (const headers of [{}, { 'x-bulwark-operator': `${Date.now()}:${'0'.repeat(64)}` }]) {
      assert.equal((await fetch(url, { method: 'POST', headers })).status, 403);
      assert.equal((await fetch(url, { headers })).status, 403);
    }
  });

  it('takes a proof once, for a minute, and for the request alone that it was made for', async () => {
    const { snapshot, barrier } = await openStored(data);
    await snapshot.close();
    const path = '/_bulwark/quotas';
    const proofOf = (method: string, body: string, ms = Date.now()) =>
      `${ms}:${barrier.operatorProof(provenMessage(method, path, ms, Buffer.from(body))).toString('hex')}`;
    const ask = async (proof: string, method = 'GET', body?: string, asked = path) => {
      const headers = { [proofHeader]: proof };
      return (await fetch(server.url + asked, { method, headers, ...(body !== undefined && { body }) })).status;
    };
    for (const ms of [Date.now() - 61_000, Date.now() + 61_000]) assert.equal(await ask(proofOf('GET', '', ms)), 403);
    assert.equal(await ask(proofOf('POST', '')), 403);
    const proof = proofOf('POST', '{"id":"0","verdict":"DENIED"}');
    assert.equal(await ask(proof, 'POST', '{"id":"0","verdict":"APPROVED"}'), 403);
    assert.equal(await ask(proof, 'POST', '{"id":"0","verdict":"DENIED"}', '/_bulwark/rotate-keys'), 403);
    assert.equal(await ask(proof), 403);
    assert.equal(await ask(proof, 'POST', '{"id":"0","verdict":"DENIED"}'), 404);
    assert.equal(await ask(proof, 'POST', '{"id":"0","verdict":"DENIED"}'), 403);
  });

  it('goes on by itself after kill -9, and loses nothing', async () => {
    await createKeys(server, 150);
    const asked = rotate('--port', String(server.port)).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 450));
    await server.stop('SIGKILL');
    await asked;
    server = await SpawnedServer.start({ data });
    assert.equal((await server.kms('Decrypt', { CiphertextBlob })).status, 200);
    const listed = JSON.parse((await server.kms('ListKeys', { Limit: 1000 })).text) as { Keys: unknown[] };
    assert.equal(listed.Keys.length, 191);
    const { stdout, stderr } = await rotate('--port', String(server.port));
    assert.match(stdout, /done/, stderr);
    await server.stop();
    assert.equal((await bulwark('verify', '--data', data)).exitCode, 0);
  });

  it('gives a stopped directory a new root key, which its old root.key does not open', async () => {
    const path = join(data, 'root.key');
    const old = readFileSync(path, 'utf8');
    const { stdout, exitCode, stderr } = await rotate('--root');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /root key of .* is a new one/);
    const renewed = readFileSync(path, 'utf8');
    assert.notEqual(renewed, old);
    writeFileSync(path, old);
    assert.match((await bulwark('verify', '--data', data)).stderr, /root key does not belong/);
    writeFileSync(path, renewed);
    assert.equal((await bulwark('verify', '--data', data)).exitCode, 0);
  });

  it('rotates by itself where no server runs', async () => {
    assert.match((await rotate()).stdout, /done/);
    server = await SpawnedServer.start({ data });
    assert.equal((await server.kms('Decrypt', { CiphertextBlob })).status, 200);
  });
});
