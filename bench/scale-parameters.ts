/**
 * `node bench/scale-parameters.ts`: what start, memory and requests cost with 1,000 to 1,000,000 parameters in one account and
 * Region, below 100 paths of two levels for each 10,000. Fills a data directory through the store, grows it step by step and
 * asks the server that `npm run build` made. Writes docs/scale-parameters.svg. `--up-to N`; `--data DIR` keeps the directory
 * and goes on with what it has.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParameterVersion, parameterCounts } from '../src/services/ssm/parameter-record.ts';
import { Parameters } from '../src/services/ssm/parameters.ts';
import { openStore } from '../src/store/open.ts';
import { account, argument, ask, closeConnections, median, region, startOn } from './asking.ts';
import { curves } from './plot.ts';

const sizes = [1000, 10_000, 100_000, 1_000_000].filter((size) => size <= Number(argument('--up-to') ?? 1_000_000));
const perCommit = 100;
const commitsAtOnce = 4;
const asked = 400;
const secrets = 100;

const data = argument('--data') ?? mkdtempSync(join(tmpdir(), 'bulwark-scale-'));

const digits = (n: number, length: number): string => String(n).padStart(length, '0');
const teamOf = (n: number): string => `/team-${digits(Math.floor(n / 10_000), 3)}`;
const pathOf = (n: number): string => `${teamOf(n)}/service-${digits(Math.floor(n / 100) % 100, 2)}`;
const nameOf = (n: number): string => `${pathOf(n)}/parameter-${digits(n % 100, 2)}`;
const secretOf = (n: number): string => `/secrets/secret-${digits(n, 2)}`;

/** Makes the parameters `from` to `to`, through the store and without journal records. */
const fill = async (from: number, to: number): Promise<void> => {
  const store = await openStore({ data });
  const parameters = new Parameters({ valueOf: () => Number.POSITIVE_INFINITY });
  const now = Date.now();
  const fillers = Array.from({ length: commitsAtOnce }, async (_, filler) => {
    for (let at = from + filler * perCommit; at < to; at += commitsAtOnce * perCommit) {
      await store.transact((tx) => {
        for (let n = at; n < Math.min(at + perCommit, to); n++) {
          const version: ParameterVersion = {
            account,
            region,
            name: nameOf(n),
            version: 1,
            type: 'String',
            value: `value ${n}`,
            tier: 'Standard',
            dataType: 'text',
            policies: [],
            modifiedAt: now,
            modifiedBy: `arn:aws:iam::${account}:root`,
          };
          parameters.create(tx, version, {});
        }
      });
    }
  });
  await Promise.all(fillers);
  await store.close();
};

const columns = {
  'database MiB': ({ databaseMiB }: Row) => databaseMiB.toFixed(0),
  'start to first GetParameter ms': ({ startMs }: Row) => startMs.toFixed(0),
  'idle MiB': ({ idleMiB }: Row) => idleMiB.toFixed(0),
  'GetParameter ms': ({ getMs }: Row) => getMs.toFixed(2),
  'GetParameter, decrypted, ms': ({ decryptMs }: Row) => decryptMs.toFixed(2),
  'page of 10 of a path ms': ({ pathMs }: Row) => pathMs.toFixed(2),
  'page of 10 below a path, recursive, ms': ({ recursiveMs }: Row) => recursiveMs.toFixed(2),
  'level of 100 folders and nothing else ms': ({ foldersMs }: Row) => foldersMs.toFixed(2),
  'DescribeParameters by name ms': ({ describeMs }: Row) => describeMs.toFixed(2),
  'new parameter ms': ({ createMs }: Row) => createMs.toFixed(2),
  'MiB after these': ({ busyMiB }: Row) => busyMiB.toFixed(0),
};

interface Row {
  readonly parameters: number;
  readonly databaseMiB: number;
  /** From spawn to the answer of the first GetParameter. */
  readonly startMs: number;
  readonly idleMiB: number;
  readonly getMs: number;
  readonly decryptMs: number;
  readonly pathMs: number;
  readonly recursiveMs: number;
  readonly foldersMs: number;
  readonly describeMs: number;
  readonly createMs: number;
  readonly busyMiB: number;
}

const measure = async (parameters: number): Promise<Row> => {
  const some = (below = parameters): number => Math.floor(Math.random() * below);
  const starts: number[] = [];
  for (let run = 0; run < 4; run++) {
    const began = performance.now();
    const server = await startOn(data);
    await ask(server.port, 'ssm', 'GetParameter', { Name: nameOf(some()) });
    starts.push(performance.now() - began);
    await server.stop();
  }
  const server = await startOn(data);
  const { port } = server;
  for (let n = 0; n < secrets; n++) {
    await ask(port, 'ssm', 'PutParameter', {
      Name: secretOf(n),
      Value: 's3cret',
      Type: 'SecureString',
      Overwrite: true,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const idleMiB = server.residentMiB();
  const each = async (operation: string, inputOf: (turn: number) => object): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < asked; turn++) times.push((await ask(port, 'ssm', operation, inputOf(turn))).ms);
    return median(times);
  };
  /** Pages one after the other, each as far as it goes, from paths all over. */
  const pages = async (pathFor: () => string, more: object): Promise<number> => {
    const times: number[] = [];
    while (times.length < asked) {
      let NextToken: string | undefined;
      const Path = pathFor();
      for (let page = 0; page < 20; page++) {
        const { ms, answer } = await ask(port, 'ssm', 'GetParametersByPath', { Path, ...more, NextToken });
        times.push(ms);
        NextToken = answer.NextToken;
        if (NextToken === undefined) break;
      }
    }
    return median(times);
  };
  const getMs = await each('GetParameter', () => ({ Name: nameOf(some()) }));
  const decryptMs = await each('GetParameter', () => ({ Name: secretOf(some(secrets)), WithDecryption: true }));
  const pathMs = await pages(() => pathOf(some()), {});
  const recursiveMs = await pages(() => teamOf(some()), { Recursive: true });
  const foldersMs = await pages(() => teamOf(some()), {});
  const describeMs = await each('DescribeParameters', () => ({
    ParameterFilters: [{ Key: 'Name', Values: [nameOf(some())] }],
  }));
  const created: string[] = [];
  const createMs = await each('PutParameter', () => {
    const Name = `${pathOf(some())}/new-${Math.floor(Math.random() * 2 ** 48).toString(16)}`;
    created.push(Name);
    return { Name, Value: 'x', Type: 'String' };
  });
  for (const Name of created) await ask(port, 'ssm', 'DeleteParameter', { Name });
  const busyMiB = server.residentMiB();
  await server.stop();
  const databaseMiB = statSync(join(data, 'bulwark.db')).size / 2 ** 20;
  const times = { getMs, decryptMs, pathMs, recursiveMs, foldersMs, describeMs, createMs };
  return { parameters, databaseMiB, startMs: median(starts), idleMiB, ...times, busyMiB };
};

const parametersThere = async (): Promise<number> => {
  const store = await openStore({ data });
  const count = await store.transact((tx) => parameterCounts.find(tx, [account, region])?.Standard ?? 0);
  await store.close();
  // The secrets are measured besides.
  return Math.max(0, count - secrets);
};

const rows: Row[] = [];
await (await startOn(data)).stop();
for (const size of sizes) {
  const there = await parametersThere();
  if (there > size) continue;
  const began = performance.now();
  await fill(there, size);
  console.log(
    `${size.toLocaleString('en')} parameters, filled in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  rows.push(await measure(size));
}

console.log(`
| parameters | ${Object.keys(columns).join(' | ')} |
|${'---|'.repeat(Object.keys(columns).length + 1)}`);
for (const row of rows) {
  const cells = Object.values(columns).map((cell) => cell(row));
  console.log(`| ${row.parameters.toLocaleString('en')} | ${cells.join(' | ')} |`);
}
const curve = (label: string, of: (row: Row) => number) => ({
  label,
  points: rows.map((row) => ({ x: row.parameters, y: of(row) })),
});
if (rows.length > 1) {
  const chart = curves('With this many parameters in one account and Region', [
    curve('GetParameter, ms', ({ getMs }) => getMs),
    curve('GetParameter, decrypted, ms', ({ decryptMs }) => decryptMs),
    curve('page of 10 of a path, ms', ({ pathMs }) => pathMs),
    curve('page of 10 below a path, recursive, ms', ({ recursiveMs }) => recursiveMs),
    curve('DescribeParameters by name, ms', ({ describeMs }) => describeMs),
    curve('new parameter, ms', ({ createMs }) => createMs),
  ]);
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'scale-parameters.svg'), chart);
  console.log('plot: docs/scale-parameters.svg');
}
if (argument('--data') === undefined) rmSync(data, { recursive: true, force: true });
closeConnections();
