/**
 * `node bench/scale.ts`: what start, memory and requests cost with 1,000 to 1,000,000 keys in one account and Region, each
 * with an alias. Fills a data directory through the store, grows it step by step and asks the server that `npm run build`
 * made. Writes docs/scale.svg. `--up-to N`; `--data DIR` keeps the directory and goes on with what it has.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultQuotas } from '../src/kernel/quota.ts';
import { servicesOn } from '../src/service-set.ts';
import { kms } from '../src/services/kms/index.ts';
import { openStore } from '../src/store/open.ts';
import { account, argument, ask, closeConnections, median, region, startOn } from './asking.ts';
import { curves } from './plot.ts';

const sizes = [1000, 10_000, 100_000, 1_000_000].filter((size) => size <= Number(argument('--up-to') ?? 1_000_000));
const keysPerCommit = 100;
const commitsAtOnce = 4;
const asked = 400;

const data = argument('--data') ?? mkdtempSync(join(tmpdir(), 'bulwark-scale-'));
const idOf = (n: number): string => {
  // Spread as random ids are, and the same in every run: an odd factor permutes the numbers below 2^32.
  const spread = (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `${spread}-0000-4000-8000-${String(n).padStart(12, '0')}`;
};
const aliasOf = (n: number): string => `alias/app-${idOf(n).slice(0, 8)}`;

const start = () => startOn(data);

/** Makes the keys `from` to `to` with their aliases, through the store and without journal records. */
const fill = async (from: number, to: number): Promise<void> => {
  const store = await openStore({ data });
  const { identity } = servicesOn(store);
  // The quota of an account that asked for more.
  const applied = { valueOf: (...of: Parameters<typeof defaultQuotas.valueOf>) => defaultQuotas.valueOf(...of) * 1000 };
  const service = kms({ store, principals: identity.principals, applied });
  const now = new Date();
  // In the order of their ids, a commit changes few nodes of the trees that keep the order: ten times faster.
  const numbers = Array.from({ length: to - from }, (_, at) => from + at).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const fillers = Array.from({ length: commitsAtOnce }, async (_, filler) => {
    for (let at = filler * keysPerCommit; at < numbers.length; at += commitsAtOnce * keysPerCommit) {
      await store.transact((tx) => {
        for (const n of numbers.slice(at, at + keysPerCommit)) {
          service.seedKey(tx, { account, region, id: idOf(n), aliases: [aliasOf(n)], tags: {}, replicas: [] }, now);
        }
      });
    }
  });
  await Promise.all(fillers);
  await store.close();
};

interface Row {
  readonly keys: number;
  readonly databaseMiB: number;
  /** From spawn to the answer of the first Encrypt. */
  readonly startMs: number;
  readonly idleMiB: number;
  readonly firstListMs: number;
  readonly listMs: number;
  readonly encryptMs: number;
  readonly describeMs: number;
  readonly createMs: number;
  readonly busyMiB: number;
}

const measure = async (keys: number): Promise<Row> => {
  const some = (): number => Math.floor(Math.random() * keys);
  const starts: number[] = [];
  for (let run = 0; run < 4; run++) {
    const began = performance.now();
    const server = await start();
    await ask(server.port, 'kms', 'Encrypt', { KeyId: idOf(some()), Plaintext: 'aGVsbG8=' });
    starts.push(performance.now() - began);
    await server.stop();
  }
  const server = await start();
  const { port } = server;
  await ask(port, 'kms', 'Encrypt', { KeyId: idOf(some()), Plaintext: 'aGVsbG8=' });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const idleMiB = server.residentMiB();
  const first = await ask(port, 'kms', 'ListKeys', {});
  const pages: number[] = [];
  let Marker: string | undefined = (first.answer as { NextMarker?: string }).NextMarker;
  for (let page = 0; page < asked && Marker !== undefined; page++) {
    const next = await ask(port, 'kms', 'ListKeys', { Marker });
    pages.push(next.ms);
    Marker = (next.answer as { NextMarker?: string }).NextMarker;
  }
  const each = async (operation: string, inputOf: () => object): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < asked; turn++) times.push((await ask(port, 'kms', operation, inputOf())).ms);
    return median(times);
  };
  const encryptMs = await each('Encrypt', () => ({ KeyId: idOf(some()), Plaintext: 'aGVsbG8=' }));
  const describeMs = await each('DescribeKey', () => ({ KeyId: aliasOf(some()) }));
  const deleted: string[] = [];
  const createMs = await each('CreateAlias', () => {
    const AliasName = `alias/new-${Math.floor(Math.random() * 2 ** 48).toString(16)}`;
    deleted.push(AliasName);
    return { AliasName, TargetKeyId: idOf(some()) };
  });
  for (const AliasName of deleted) await ask(port, 'kms', 'DeleteAlias', { AliasName });
  const busyMiB = server.residentMiB();
  await server.stop();
  return {
    keys,
    databaseMiB: statSync(join(data, 'bulwark.db')).size / 2 ** 20,
    startMs: median(starts),
    idleMiB,
    firstListMs: first.ms,
    listMs: median(pages),
    encryptMs,
    describeMs,
    createMs,
    busyMiB,
  };
};

const rows: Row[] = [];
const keysThere = async (): Promise<number> => {
  const store = await openStore({ data });
  const { keyCounts } = await import('../src/services/kms/key-record.ts');
  const count = await store.transact((tx) => keyCounts.find(tx, [account, region])?.keys ?? 0);
  await store.close();
  return count;
};

await (await start()).stop();
for (const size of sizes) {
  const there = await keysThere();
  if (there > size) continue;
  const began = performance.now();
  await fill(there, size);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${size.toLocaleString('en')} keys, filled in ${seconds.toFixed(0)} s`);
  rows.push(await measure(size));
}

console.log(`
| keys, each with an alias | database MiB | start to first Encrypt ms | idle MiB | first ListKeys ms | ListKeys page of 100 ms | Encrypt ms | DescribeKey by alias ms | CreateAlias ms | MiB after these |
|---|---|---|---|---|---|---|---|---|---|`);
for (const row of rows) {
  const cells = [
    row.databaseMiB.toFixed(0),
    row.startMs.toFixed(0),
    row.idleMiB.toFixed(0),
    row.firstListMs.toFixed(1),
    row.listMs.toFixed(1),
    row.encryptMs.toFixed(2),
    row.describeMs.toFixed(2),
    row.createMs.toFixed(2),
    row.busyMiB.toFixed(0),
  ];
  console.log(`| ${row.keys.toLocaleString('en')} | ${cells.join(' | ')} |`);
}
const curve = (label: string, of: (row: Row) => number) => ({
  label,
  points: rows.map((row) => ({ x: row.keys, y: of(row) })),
});
if (rows.length > 1) {
  writeFileSync(
    join(import.meta.dirname, '..', 'docs', 'scale.svg'),
    curves('With this many keys in one account and Region', [
      curve('start to first Encrypt, ms', ({ startMs }) => startMs),
      curve('idle memory, MiB', ({ idleMiB }) => idleMiB),
      curve('ListKeys page of 100, ms', ({ listMs }) => listMs),
      curve('Encrypt, ms', ({ encryptMs }) => encryptMs),
      curve('DescribeKey by alias, ms', ({ describeMs }) => describeMs),
    ]),
  );
  console.log('plot: docs/scale.svg');
}
if (argument('--data') === undefined) rmSync(data, { recursive: true, force: true });
closeConnections();
