import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { bulwark } from './bulwark.ts';
import { freePort } from './free-port.ts';
import { SpawnedServer } from './spawned-server.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-failed-start-'));
after(() => rmSync(root, { recursive: true, force: true }));
const original = join(root, 'original');

/** The head of the journal before its last records, in hexadecimal digits. */
let olderHead = '';

before(async () => {
  for (let n = 0; n < 2; n++) {
    olderHead = n === 0 ? '' : headIn(original);
    const server = await SpawnedServer.start({ data: original });
    assert.equal((await server.kms('CreateKey', {})).status, 200);
    await server.stop();
  }
  // The newest key is then that of the record of the rotation itself.
  assert.equal((await bulwark('rotate-keys', '--data', original)).exitCode, 0);
});

const headIn = (data: string): string => {
  const database = new DatabaseSync(join(data, 'bulwark.db'));
  const { head } = database.prepare("SELECT hex(value) AS head FROM meta WHERE name = 'log-head'").get() as {
    head: string;
  };
  database.close();
  return head;
};

/** Of the servers that made the directory. */
const account = ['--account', '111122223333'];

/** A stopped directory after somebody has changed its database. */
const changed = (...statements: readonly string[]): string => {
  const data = mkdtempSync(join(root, 'changed-'));
  cpSync(original, data, { recursive: true });
  const database = new DatabaseSync(join(data, 'bulwark.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
  return data;
};

describe('a start that fails', () => {
  for (const workers of ['1', '2']) {
    it(`ends, and is never ready, where the newest key is missing, with ${workers} worker(s)`, async () => {
      const data = changed('DELETE FROM keyring WHERE position = (SELECT max(position) FROM keyring)');
      const port = await freePort();
      const starting = bulwark('start', ...account, '--data', data, '--port', String(port), '--workers', workers);
      let ended = false;
      void starting.finally(() => {
        ended = true;
      });
      while (!ended) {
        const health = await fetch(`http://127.0.0.1:${port}/_bulwark/health`).catch(() => undefined);
        assert.notEqual(health?.status, 200);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const { exitCode, stderr, stdout } = await starting;
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /^bulwark: .*key that does not belong to their place\n/m);
      assert.equal(stdout, '');
    });
  }

  it('ends, and is never ready, where the port of the metrics is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port: metricsPort } = taken.address() as { port: number };
    const { exitCode, stdout } = await bulwark(
      ...['start', ...account, '--data', changed(), '--port', '0', '--metrics-port', String(metricsPort)],
    );
    taken.close();
    assert.deepEqual([exitCode, stdout], [2, '']);
  });

  const cutOff = 'DELETE FROM log WHERE first = (SELECT max(first) FROM log)';
  const putBack = () => `UPDATE meta SET value = x'${olderHead}' WHERE name = 'log-head'`;
  for (const [what, statements, says] of [
    ['lost its newest block', () => [cutOff], /ends with record \d+, and its head names record \d+/],
    ['lost all its blocks', () => ['DELETE FROM log'], /ends with record 0, and its head names record \d+/],
    ['has an older head', () => [putBack()], /ends with record \d+, and its head names record \d+/],
  ] as const) {
    it(`names verify-journal where the journal ${what}`, async () => {
      const data = changed(...statements());
      const { exitCode, stderr, stdout } = await bulwark('start', ...account, '--data', data, '--port', '0');
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr, says);
      assert.match(stderr, /^bulwark: the journal was cut off or put back: .*"bulwark verify-journal".*\n$/);
      assert.equal((await bulwark('verify-journal', '--data', data)).exitCode, 1);
    });
  }
});
