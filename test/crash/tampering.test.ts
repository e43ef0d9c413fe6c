import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { bulwark } from '../bulwark.ts';
import { SpawnedServer } from '../spawned-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-tampering-'));
const original = join(directory, 'original');
after(() => rmSync(directory, { recursive: true, force: true }));

/** One after another, so that each call is a journal block, a row of the `log` table, of its own. */
before(async () => {
  const server = await SpawnedServer.start({ data: original });
  for (let n = 0; n < 6; n++) assert.equal((await server.kms('CreateKey', {})).status, 200);
  await server.stop();
});

/** What somebody does who can write to the disk, and what the operator is told. */
const cases: readonly { readonly does: string; readonly sql: readonly string[]; readonly says: RegExp }[] = [
  {
    does: 'alters a few bytes of a record',
    sql: [
      "UPDATE log SET sealed = CAST(substr(sealed, 1, 40) || X'0000000000000000' || substr(sealed, 49) AS BLOB) WHERE first = 3",
    ],
    says: /record 3 is altered or moved/,
  },
  { does: 'removes a record', sql: ['DELETE FROM log WHERE first = 3'], says: /record 3 is missing/ },
  { does: 'removes the first record', sql: ['DELETE FROM log WHERE first = 1'], says: /record 1 is missing/ },
  {
    does: 'removes the last record',
    sql: ['DELETE FROM log WHERE first = (SELECT max(first) FROM log)'],
    says: /record 6 is missing at the end/,
  },
  { does: 'removes every record', sql: ['DELETE FROM log'], says: /records 1 to 6 are missing at the end/ },
  {
    does: 'exchanges two records',
    sql: [
      'UPDATE log SET first = -3 WHERE first = 3',
      'UPDATE log SET first = 3 WHERE first = 4',
      'UPDATE log SET first = 4 WHERE first = -3',
    ],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'puts a copy of one record in the place of another',
    sql: ['UPDATE log SET sealed = (SELECT sealed FROM log WHERE first = 2) WHERE first = 3'],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'appends a copy of the last record',
    sql: ['INSERT INTO log SELECT first + 1, count, sealed FROM log ORDER BY first DESC LIMIT 1'],
    says: /record 7 is altered or moved/,
  },
  {
    does: 'removes a record and moves the others up',
    sql: ['DELETE FROM log WHERE first = 3', 'UPDATE log SET first = first - 1 WHERE first > 3'],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'removes the head',
    sql: ["DELETE FROM meta WHERE name = 'log-head'"],
    says: /the head of the journal was altered or removed/,
  },
];

describe('bulwark verify-journal', { concurrency: 2 }, () => {
  it('passes what nobody touched', async () => {
    const { exitCode, stdout } = await bulwark('verify-journal', '--data', original);
    assert.match(stdout, /^6 records verified/);
    assert.equal(exitCode, 0);
  });

  for (const { does, sql, says } of cases) {
    it(`finds out who ${does}`, async () => {
      const data = mkdtempSync(join(directory, 'copy-'));
      cpSync(original, data, { recursive: true });
      const database = new DatabaseSync(join(data, 'bulwark.db'));
      for (const statement of sql) database.exec(statement);
      database.close();
      const { exitCode, stdout } = await bulwark('verify-journal', '--data', data);
      assert.match(stdout, /^BROKEN/);
      assert.match(stdout, says);
      assert.equal(exitCode, 1);
    });
  }
});
