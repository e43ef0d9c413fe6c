import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { noPostgres, PostgresServer } from './postgres-server.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('a server that has read nothing of its database yet', { skip: noPostgres }, () => {
  const keys = mkdtempSync(join(tmpdir(), 'bulwark-many-reads-'));
  let database: PostgresServer;
  let server: SpawnedServer;

  before(async () => {
    database = await PostgresServer.start();
    const data = await database.newDatabase();
    const seed = join(keys, 'seed.json');
    const users = Array.from({ length: 1100 }, (_, index) => ({ name: `user-${index}`, groups: ['everybody'] }));
    writeFileSync(seed, JSON.stringify({ groups: [{ name: 'everybody' }], users }));
    await (await SpawnedServer.start({ data, flags: ['--key-directory', keys, '--seed', seed] })).stop();
    server = await SpawnedServer.start({ data, flags: ['--key-directory', keys] });
  });
  after(async () => {
    await server?.stop();
    await database?.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  it('looks at all of AWS’s policies for one answer', async () => {
    const { status, text } = await server.iam('ListPolicies', { OnlyAttached: 'true' });
    assert.equal(status, 200, text);
    assert.match(text, /<IsTruncated>false</);
  });

  it('shows a thousand users of a group', async () => {
    const { status, text } = await server.iam('GetGroup', { GroupName: 'everybody', MaxItems: '1000' });
    assert.equal(status, 200, text);
    assert.equal(text.match(/<UserName>/g)?.length, 1000);
  });

  it('reports on the credentials of all of an account’s users', async () => {
    assert.equal((await server.iam('GenerateCredentialReport', {})).status, 200);
    assert.equal((await server.iam('GetCredentialReport', {})).status, 200);
  });

  it('lists the service-specific credentials of all of an account’s users', async () => {
    const { status, text } = await server.iam('ListServiceSpecificCredentials', { AllUsers: 'true' });
    assert.equal(status, 200, text);
    assert.match(text, /<IsTruncated>false</);
  });
});
