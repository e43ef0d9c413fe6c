import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { type LogBlock, LogChain } from '../store/log-chain.ts';
import { openStore } from '../store/open.ts';
import { CannotOpenStore, type Store } from '../store/store.ts';
import { openStored } from '../store/stored.ts';
import { findRolledBack } from './rolled-back.ts';
import { verifyJournal } from './verify.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-verify-'));
const journal = join(root, 'journal');
/** An older copy of the same journal. */
const older = join(root, 'older');
/** The older copy, continued with other records. */
const forked = join(root, 'forked');

const appendBlocks = async (store: Store, blocks: number, recordsPerBlock: number, history = ''): Promise<void> => {
  for (let block = 0; block < blocks; block++) {
    await store.transact((tx) => {
      for (let n = 0; n < recordsPerBlock; n++)
        tx.append(JSON.stringify({ history, block, n, filler: 'x'.repeat(400) }));
    });
  }
};

const withStore = async (directory: string, work: (store: Store) => Promise<void>): Promise<void> => {
  const store = await openStore({ data: directory });
  await work(store);
  await store.close();
};

before(async () => {
  await withStore(journal, (store) => appendBlocks(store, 3, 2));
  cpSync(journal, older, { recursive: true });
  cpSync(journal, forked, { recursive: true });
  await withStore(journal, (store) => appendBlocks(store, 2, 10));
  await withStore(forked, (store) => appendBlocks(store, 2, 10, 'another'));
});
after(() => rmSync(root, { recursive: true, force: true }));

/** The verdict on a copy of the journal after somebody with access to the disk changed it. */
const verdictAfter = (tamper: (database: DatabaseSync) => void) => {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(journal, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, 'bulwark.db'));
  database.exec(`ATTACH '${join(older, 'bulwark.db')}' AS older; ATTACH '${join(forked, 'bulwark.db')}' AS forked`);
  tamper(database);
  database.close();
  return verifyJournal(copy);
};

test('finds nothing wrong with an untouched journal, and tells its head', async () => {
  const progress: number[] = [];
  const verdict = await verifyJournal(journal, { onProgress: (records, total) => progress.push(records / total) });
  assert.equal(verdict.fault, undefined);
  assert.equal(verdict.records, 26);
  assert.equal(verdict.head?.sequence, 26);
  assert.match(verdict.head?.hash ?? '', /^[0-9a-f]{64}$/);
  assert.equal(progress.length, 5);
  assert.equal(progress.at(-1), 1);
});

test('verifies beside a running server', () =>
  withStore(journal, async () => {
    assert.equal((await verifyJournal(journal)).fault, undefined);
  }));

const tamperings: { what: string; sql: string; sequence: number; sentence: RegExp }[] = [
  {
    what: 'a removed block',
    sql: 'DELETE FROM log WHERE first = 3',
    sequence: 3,
    sentence: /^records 3 to 4 are missing$/,
  },
  {
    what: 'a removed first block',
    sql: 'DELETE FROM log WHERE first = 1',
    sequence: 1,
    sentence: /^records 1 to 2 are missing$/,
  },
  {
    what: 'a truncated end',
    sql: 'DELETE FROM log WHERE first >= 7',
    sequence: 7,
    sentence: /^records 7 to 26 are missing at the end$/,
  },
  {
    what: 'an emptied journal',
    sql: 'DELETE FROM log',
    sequence: 1,
    sentence: /^records 1 to 26 are missing at the end$/,
  },
  { what: 'a changed count', sql: 'UPDATE log SET count = 3 WHERE first = 3', sequence: 3, sentence: /altered/ },
  {
    what: 'two blocks exchanged for each other',
    sql: 'UPDATE log SET sealed = (SELECT b.sealed FROM log b WHERE b.first = CASE log.first WHEN 1 THEN 3 ELSE 1 END) WHERE first IN (1, 3)',
    sequence: 1,
    sentence: /altered or moved/,
  },
  {
    what: 'a block renumbered over a removed one',
    sql: 'DELETE FROM log WHERE first = 3; UPDATE log SET first = 3 WHERE first = 5',
    sequence: 3,
    sentence: /altered or moved/,
  },
  {
    what: 'a copied block',
    sql: 'INSERT INTO log SELECT 4, count, sealed FROM log WHERE first = 3',
    sequence: 4,
    sentence: /there twice/,
  },
  {
    what: 'a head put back to an older one',
    sql: "UPDATE meta SET value = (SELECT value FROM older.meta WHERE name = 'log-head') WHERE name = 'log-head'",
    sequence: 7,
    sentence: /beyond the head/,
  },
  {
    what: 'a block from another history of the same journal',
    sql: 'UPDATE log SET sealed = (SELECT sealed FROM forked.log f WHERE f.first = 17) WHERE first = 17',
    sequence: 17,
    sentence: /does not follow/,
  },
  {
    what: 'an end from another history',
    sql: `UPDATE log SET sealed = (SELECT sealed FROM forked.log f WHERE f.first = log.first) WHERE first >= 7`,
    sequence: 26,
    sentence: /not the one that the head names/,
  },
  {
    what: 'a removed head',
    sql: "DELETE FROM meta WHERE name = 'log-head'",
    sequence: 0,
    sentence: /^the head .* removed$/,
  },
];

for (const { what, sql, sequence, sentence } of tamperings) {
  test(`finds ${what}`, async () => {
    const { fault } = await verdictAfter((database) => database.exec(sql));
    assert.match(fault?.what ?? '', sentence);
    assert.equal(fault?.sequence, sequence);
  });
}

test('finds one flipped bit in any part of a block, plain or compressed, and in the head', async () => {
  const rows: { select: string; sequence: number }[] = [
    { select: 'log WHERE first = 3', sequence: 3 },
    { select: 'log WHERE first = 17', sequence: 17 },
    { select: "meta WHERE name = 'log-head'", sequence: 0 },
  ];
  for (const { select, sequence } of rows) {
    const column = select.startsWith('log') ? 'sealed' : 'value';
    for (const position of [0, 0.2, 0.5, 0.8, 0.9999]) {
      const { fault } = await verdictAfter((database) => {
        const row = database.prepare(`SELECT ${column} AS bytes FROM ${select}`).get() as { bytes: Uint8Array };
        row.bytes[Math.floor(row.bytes.length * position)]! ^= 1;
        database.prepare(`UPDATE ${select.replace(' WHERE', ` SET ${column} = ? WHERE`)}`).run(row.bytes);
      });
      assert.equal(fault?.sequence, sequence, `${select} at ${position}`);
    }
  }
});

describe('blocks of format 3, chained record by record', () => {
  const old = join(root, 'format-3');
  before(() => rewriteAsFormat3(old));

  test('fit the chain, and those of today follow them', async () => {
    assert.deepEqual((await verifyJournal(old)).fault, undefined);
    const kept = (await verifyJournal(old)).head!;
    await withStore(old, async (store) => {
      await appendBlocks(store, 2, 10, 'later');
      const texts = (await store.readLog(25, 3)).map(({ text }) => JSON.parse(text).history);
      assert.deepEqual(texts, ['', 'later', 'later']);
    });
    const { fault, records } = await verifyJournal(old);
    assert.deepEqual({ fault, records }, { fault: undefined, records: 46 });
    assert.equal(await findRolledBack(old, kept), undefined);
    assert.match((await findRolledBack(old, { ...kept, hash: '0'.repeat(64) })) ?? '', /another one/);
  });

  test('do not fit when a record in them is another', async () => {
    const forged = join(root, 'format-3-forged');
    await rewriteAsFormat3(forged, (text) => text.replace('"block":1', '"block":7'));
    assert.match((await verifyJournal(forged)).fault?.what ?? '', /^record 5 does not follow/);
  });
});

/**
 * Copies the journal as the version before would have written it. docs/formats/journal.md, "Blocks of before"
 *
 * @param forge changes texts after they were chained, as one who has the keys could
 */
async function rewriteAsFormat3(copy: string, forge = (text: string): string => text): Promise<void> {
  cpSync(journal, copy, { recursive: true });
  const { barrier, snapshot } = await openStored(copy);
  await snapshot.close();
  const { key, storeId } = barrier.logKey;
  const chain = new LogChain({ key, storeId });
  const blocks = AeadKey.from(key, 'bulwark/log');
  const database = new DatabaseSync(join(copy, 'bulwark.db'));
  const meta = database.prepare("SELECT value FROM meta WHERE name = 'log-head'").get() as { value: Uint8Array };
  const head = chain.openHead(meta.value);
  let chained = head.genesis;
  for (const row of database.prepare('SELECT first, count, sealed FROM log ORDER BY first').all()) {
    const block = row as unknown as LogBlock;
    const { texts } = chain.openBlock(block);
    const lines = Buffer.from(texts.map(forge).join('\n'));
    const codec = lines.length < 4096 ? 0 : 1;
    const place = Buffer.alloc(12);
    place.writeBigUInt64BE(BigInt(block.first));
    place.writeUInt32BE(block.count, 8);
    const sealed = blocks.seal(
      Buffer.concat([Buffer.from(chained, 'hex'), Buffer.of(codec), codec === 1 ? zstdCompressSync(lines) : lines]),
      Buffer.concat([Buffer.from('log\0'), storeId, place]),
    );
    database.prepare('UPDATE log SET sealed = ? WHERE first = ?').run(sealed, block.first);
    texts.forEach((text, position) => {
      chained = hash('sha256', `${chained}:${block.first + position}:${text}`);
    });
  }
  const set = database.prepare('UPDATE meta SET value = ? WHERE name = ?');
  set.run(chain.sealHead({ ...head, hash: chained }), 'log-head');
  set.run(Buffer.from('3'), 'format');
  database.close();
}

test('refuses a directory that holds no store', async () => {
  await assert.rejects(verifyJournal(root), CannotOpenStore);
});
