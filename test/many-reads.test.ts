import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
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
    server = await SpawnedServer.start({ data: await database.newDatabase(), flags: ['--key-directory', keys] });
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
});
