import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { noPostgres } from '../postgres-server.ts';

test('all services pass their tests on PostgreSQL, as they do in memory', { skip: noPostgres }, async () => {
  const run = spawn(process.execPath, ['test/on-postgres.ts'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [exitCode] = await once(run, 'close');
  assert.equal(exitCode, 0, said);
});
