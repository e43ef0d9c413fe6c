import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collection } from '../../src/store/collection.ts';
import { storeFormat } from '../../src/store/engine.ts';
import { lockedPostgres } from '../../src/store/engines/postgres.ts';
import { Session, sessionName } from '../../src/store/engines/postgres-session.ts';
import { WrongRootKey } from '../../src/store/keyring.ts';
import { LogChain } from '../../src/store/log-chain.ts';
import { openStore, unlockBarrier } from '../../src/store/open.ts';
import { emptySet, RecordSet } from '../../src/store/record-set.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { acceptance } from './acceptance.ts';
import { batchAcceptance } from './batches.ts';
import { CommitCutter } from './commit-cutter.ts';
import { counted } from './counted.ts';
import { sharing } from './sharing.ts';

let server: PostgresServer;
before(async () => {
  if (!noPostgres) server = await PostgresServer.start();
});
after(() => server?.remove());

const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

const rootKey = createSecretKey(randomBytes(32));

acceptance('postgres', async () => openStore({ data: await server.newDatabase(), rootKey }), noPostgres);
batchAcceptance('postgres', async () => lockedPostgres(await server.newDatabase()), noPostgres);
sharing(
  'postgres',
  async () => {
    const data = await server.newDatabase();
    return [await openStore({ data, rootKey }), await openStore({ data, rootKey })];
  },
  noPostgres,
);

const notes = collection<{ readonly n: number; readonly owner: string }>('test.plaintext-notes', {
  key: ['room', 'name'],
  indexes: { owner: ({ owner }) => [owner] },
});
const table = async (data: string, name: string): Promise<readonly Record<string, unknown>[]> =>
  server.query(data, `SELECT * FROM bulwark_${name}`);

test('postgres: brings a database of an older format to the one that this version writes', {
  skip: noPostgres,
}, async () => {
  const data = await server.newDatabase();
  await (await openStore({ data, rootKey })).close();
  await server.query(data, "UPDATE bulwark_meta SET value = '2'::bytea WHERE name = 'format'");
  await (await openStore({ data, rootKey })).close();
  const [format] = await server.query(data, "SELECT value FROM bulwark_meta WHERE name = 'format'");
  assert.equal(String(format!.value), String(storeFormat));
});

test('postgres: holds nothing readable, and the digest in the head is that of its rows', {
  skip: noPostgres,
}, async () => {
  const data = await server.newDatabase();
  const store = await openStore({ data, rootKey });
  for (let n = 0; n < 40; n++) {
    await store.transact((tx) => {
      notes.put(tx, ['plaintext-room', `plaintext-${n % 7}`], { n, owner: `plaintext-owner-${n % 3}` });
      if (n % 5 === 0) notes.delete(tx, ['plaintext-room', `plaintext-${(n + 1) % 7}`]);
      if (n % 2 === 0) tx.append('{"text":"plaintext-log"}');
    });
  }
  await store.close();

  const tables = ['meta', 'keyring', 'records', 'entries', 'log', 'changes'];
  const rows = (await Promise.all(tables.map((name) => table(data, name)))).flat();
  const everything = Buffer.concat(
    rows.flatMap((row) => Object.values(row).map((value) => Buffer.from(value as Buffer))),
  );
  assert.equal(everything.indexOf('plaintext'), -1);

  const locked = await lockedPostgres(data);
  const { logKey } = unlockBarrier(locked.state!, rootKey);
  await locked.close();
  const records = await table(data, 'records');
  const entries = await table(data, 'entries');
  const digest = new RecordSet(logKey.key).including(
    emptySet,
    records.map(({ id, revision }) => ({ id: id as Buffer, revision: Number(revision) })),
    entries as unknown as { entry: Buffer; id: Buffer }[],
  );
  assert.equal(new LogChain(logKey).openHead(locked.state!.meta.get('log-head')!).set, digest);
});

test('postgres: loses nothing acknowledged, and keeps nothing in part or twice, when the server crashes time and again', {
  skip: noPostgres,
}, async () => {
  const own = await PostgresServer.start();
  try {
    const data = await own.newDatabase();
    const store = await openStore({ data, rootKey });
    const acknowledged: number[] = [];
    let next = 0;
    let stopped = false;
    const client = async (): Promise<void> => {
      while (!stopped) {
        const n = next++;
        try {
          await store.transact((tx) => {
            counted.put(tx, ['n', String(n)], { n, payload: 'x' });
            tx.append(JSON.stringify({ n }));
          });
          acknowledged.push(n);
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error;
        }
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    for (let round = 0; round < 3; round++) {
      await sleep(200 + Math.random() * 300);
      await own.stop('SIGQUIT');
      await own.start();
    }
    await sleep(200);
    stopped = true;
    await clients;
    await store.close();

    const again = await openStore({ data, rootKey });
    const stored = await again.transact((tx) => counted.list(tx, ['n'], { limit: 1e6 }).items.map(({ n }) => n));
    const logged = (await again.readLog(0, 1e6)).map(({ text }) => JSON.parse(text).n as number);
    await again.close();
    assert.ok(acknowledged.length > 50);
    const known = new Set(stored);
    for (const n of acknowledged) assert.ok(known.has(n), `record ${n} was acknowledged`);
    assert.deepEqual(logged.toSorted(), stored.toSorted());
  } finally {
    await own.remove();
  }
});

test('postgres: refuses to go on from what it has in memory when the database was put back and others went on from there', {
  skip: noPostgres,
}, async (t) => {
  const data = await server.newDatabase();
  const putBack = `${new URL(data).pathname.slice(1)}_put_back`;
  const put = (store: Store, n: number) =>
    store.transact((tx) => {
      notes.put(tx, ['room', 'a'], { n, owner: 'x' });
      tx.append('{}');
    });
  const first = await openStore({ data, rootKey });
  await put(first, 1);
  await first.close();
  await server.query('postgres', `CREATE DATABASE ${putBack} TEMPLATE ${new URL(data).pathname.slice(1)}`);

  const outdated = await openStore({ data, rootKey });
  t.after(() => outdated.close());
  await put(outdated, 2);
  const other = await openStore({ data: server.url(putBack), rootKey });
  await put(other, 3);
  await other.close();
  // As many changes as before, so that nothing but what they are tells them apart.
  const statements = ['meta', 'keyring', 'records', 'entries', 'log', 'changes'].map(async (name) => {
    const rows = await table(server.url(putBack), name);
    const values = rows.map((row) => `(${Object.values(row).map(literal).join(', ')})`);
    return [
      `DELETE FROM bulwark_${name}`,
      ...(rows.length > 0
        ? [`INSERT INTO bulwark_${name} (${Object.keys(rows[0]!).join(', ')}) VALUES ${values.join(', ')}`]
        : []),
    ];
  });
  await server.query(data, ['BEGIN', ...(await Promise.all(statements)).flat(), 'COMMIT'].join('; '));

  await assert.rejects(put(outdated, 4), /put back to an earlier state/);
  const again = await openStore({ data, rootKey });
  t.after(() => again.close());
  assert.equal(await again.transact((tx) => notes.find(tx, ['room', 'a'])?.n), 3);
  await put(again, 5);
});

const literal = (value: unknown): string =>
  Buffer.isBuffer(value) ? `'\\x${value.toString('hex')}'` : `'${String(value)}'`;

test('postgres: refuses a log that was cut off, and a head that was put back', { skip: noPostgres }, async () => {
  const data = await server.newDatabase();
  const store = await openStore({ data, rootKey });
  const head = async () =>
    (await server.query(data, "SELECT value FROM bulwark_meta WHERE name = 'log-head'"))[0]!.value;
  const append = () => store.transact((tx) => tx.append('{}'));
  const setHead = (value: unknown) =>
    server.query(data, `UPDATE bulwark_meta SET value = ${literal(value)} WHERE name = 'log-head'`);
  const heads = [await head()];
  for (let n = 0; n < 2; n++) {
    await append();
    heads.push(await head());
  }
  for (const older of heads.slice(0, 2)) {
    await setHead(older);
    await assert.rejects(
      openStore({ data, rootKey }),
      /the journal was cut off or put back: .*"bulwark verify-journal"/,
    );
  }
  await setHead(heads[2]);
  await (await openStore({ data, rootKey })).close();
  await server.query(data, 'DELETE FROM bulwark_log WHERE first = 2');
  await assert.rejects(openStore({ data, rootKey }), /ends with record 1, and its head names record 2/);
  await store.close();
});

test('postgres: goes on opening while other processes append', { skip: noPostgres }, async () => {
  const data = await server.newDatabase();
  const busy = await openStore({ data, rootKey });
  let stopped = false;
  const appending = (async () => {
    while (!stopped) await busy.transact((tx) => tx.append('{}'));
  })();
  for (let n = 0; n < 20; n++) await (await openStore({ data, rootKey })).close();
  stopped = true;
  await appending;
  await busy.close();
});

test('postgres: refuses another root key, and a newer format', { skip: noPostgres }, async () => {
  const data = await server.newDatabase();
  await (await openStore({ data, rootKey })).close();
  await assert.rejects(openStore({ data, rootKey: createSecretKey(randomBytes(32)) }), WrongRootKey);
  await server.query(data, "UPDATE bulwark_meta SET value = '99' WHERE name = 'format'");
  await assert.rejects(openStore({ data, rootKey }), /newer Bulwark: its format is 99/);
});

test('postgres: makes one connection for whatever comes at the same time, and closes it', {
  skip: noPostgres,
}, async () => {
  const url = await server.newDatabase();
  const name = new URL(url).pathname.slice(1);
  const connections = async (): Promise<unknown> => {
    const where = `datname = '${name}' AND application_name = '${sessionName}'`;
    const [counted] = await server.query('postgres', `SELECT count(*)::int AS n FROM pg_stat_activity WHERE ${where}`);
    return counted!.n;
  };
  const session = new Session(url);
  const answers = await Promise.all([1, 2, 3].map((n) => session.run(`SELECT ${n} AS n`)));
  assert.deepEqual(
    answers.map(([answer]) => answer!.rows[0].n),
    [1, 2, 3],
  );
  assert.equal(await connections(), 1);
  await assert.rejects(session.run('SELECT nothing'));
  assert.equal((await session.run('SELECT 1')).length, 1);
  await session.close();
  for (const until = Date.now() + 5000; (await connections()) !== 0; await sleep(20)) assert.ok(Date.now() < until);
});

test('postgres: waits for the disk with each commit, whatever the server is set up to', {
  skip: noPostgres,
}, async () => {
  const url = await server.newDatabase();
  const name = new URL(url).pathname.slice(1);
  const setting = async (): Promise<unknown> => {
    const session = new Session(url);
    const [shown] = await session.run('SHOW synchronous_commit');
    await session.close();
    return shown!.rows[0].synchronous_commit;
  };
  for (const [set, expected] of [
    ['off', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ] as const) {
    await server.query('postgres', `ALTER DATABASE ${name} SET synchronous_commit = ${set}`);
    assert.equal(await setting(), expected);
  }
});

test('postgres: keeps a batch once whose commit, or the answer to it, was lost with the connection', {
  skip: noPostgres,
}, async () => {
  const url = new URL(await server.newDatabase());
  const cutter = await new CommitCutter().to(server.port);
  url.port = String(cutter.port);
  const store = await openStore({ data: String(url), rootKey });
  try {
    // What is only written to the log expects no revision: nothing but the store keeps it from being there twice.
    const append = (n: number): Promise<void> => store.transact((tx) => tx.append(`${n}`));
    await append(0);
    for (let n = 1; n <= 6; n++) {
      cutter.cut(n % 2 ? 'answer' : 'commit');
      await append(n);
      assert.equal(cutter.cuts, n);
    }
    const logged = (await store.readLog(0, 100)).map(({ text }) => Number(text));
    assert.deepEqual(logged, [0, 1, 2, 3, 4, 5, 6]);
  } finally {
    await store.close();
    cutter.close();
  }
});

test('postgres: lets one of two that make a store at the same time make it', { skip: noPostgres }, async () => {
  const data = await server.newDatabase();
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ data, rootKey })));
  await Promise.all(
    stores.map((store, n) => store.transact((tx) => notes.put(tx, ['a', String(n)], { n, owner: 'x' }))),
  );
  for (const store of stores) {
    const found = await store.transact((tx) => notes.list(tx, ['a'], { limit: 9 }).items.length);
    assert.equal(found, 3);
    await store.close();
  }
});

test('postgres: asks one connection one thing at a time, and has nobody warned of it', {
  skip: noPostgres,
}, async () => {
  const session = new Session(await server.newDatabase());
  const asked = Array.from({ length: 20 }, (_, n) => session.run(`SELECT ${n} AS n`));
  const answers = (await Promise.all(asked)).map(([result]) => result!.rows[0].n);
  assert.deepEqual(answers, [...answers.keys()]);
  await assert.rejects(session.run('SELECT 1 / 0'), { code: '22012' });
  assert.equal((await session.run('SELECT 1 AS n'))[0]!.rows[0].n, 1, 'a refusal holds up nobody');
  await session.close();
  assert.deepEqual(warnings, []);
});
