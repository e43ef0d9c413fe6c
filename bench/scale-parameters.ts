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
import { quotas } from '../src/services/ssm/quotas.ts';
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

/** The quota of an account that asked for more. */
const seed = join(tmpdir(), `bulwark-scale-${process.pid}.yaml`);
writeFileSync(seed, `quotas: [{ service: ssm, code: ${quotas.Standard.code}, value: 1000000000 }]\n`);
const start = () => startOn(data, ['--seed', seed]);

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

/** `0.52 · 1.20`: milliseconds of the server's processor, and until the answer. */
const costOf = ({ ms, cpuMs }: Cost): string => `${cpuMs.toFixed(2)} · ${ms.toFixed(2)}`;

const columns = {
  'database MiB': ({ databaseMiB }: Row) => databaseMiB.toFixed(0),
  'start to first GetParameter ms': ({ startMs }: Row) => startMs.toFixed(0),
  'idle MiB': ({ idleMiB }: Row) => idleMiB.toFixed(0),
  GetParameter: ({ get }: Row) => costOf(get),
  'GetParameter, decrypted': ({ decrypt }: Row) => costOf(decrypt),
  'page of 10 of a path': ({ path }: Row) => costOf(path),
  'page of 10 below a path, recursive': ({ recursive }: Row) => costOf(recursive),
  'level of 100 folders and nothing else': ({ folders }: Row) => costOf(folders),
  'DescribeParameters by name': ({ describe }: Row) => costOf(describe),
  'new parameter': ({ create }: Row) => costOf(create),
  'MiB after these': ({ busyMiB }: Row) => busyMiB.toFixed(0),
};

/** Of a request: until its answer was read, the median; and what the server computed for it, in a machine that is busy the truer one. */
interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Row {
  readonly parameters: number;
  readonly databaseMiB: number;
  /** From spawn to the answer of the first GetParameter. */
  readonly startMs: number;
  readonly idleMiB: number;
  readonly get: Cost;
  readonly decrypt: Cost;
  readonly path: Cost;
  readonly recursive: Cost;
  readonly folders: Cost;
  readonly describe: Cost;
  readonly create: Cost;
  readonly busyMiB: number;
}

const measure = async (parameters: number): Promise<Row> => {
  const some = (below = parameters): number => Math.floor(Math.random() * below);
  const starts: number[] = [];
  for (let run = 0; run < 4; run++) {
    const began = performance.now();
    const server = await start();
    await ask(server.port, 'ssm', 'GetParameter', { Name: nameOf(some()) });
    starts.push(performance.now() - began);
    await server.stop();
  }
  const server = await start();
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
  const costing = async (work: () => Promise<readonly number[]>): Promise<Cost> => {
    const before = server.cpuSeconds();
    const times = await work();
    return { ms: median(times), cpuMs: ((server.cpuSeconds() - before) * 1000) / times.length };
  };
  const each = (operation: string, inputOf: (turn: number) => object): Promise<Cost> =>
    costing(async () => {
      const times: number[] = [];
      for (let turn = 0; turn < asked; turn++) times.push((await ask(port, 'ssm', operation, inputOf(turn))).ms);
      return times;
    });
  /** Pages one after the other, each as far as it goes, from paths all over. */
  const pages = (pathFor: () => string, more: object): Promise<Cost> =>
    costing(async () => {
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
      return times;
    });
  const get = await each('GetParameter', () => ({ Name: nameOf(some()) }));
  const decrypt = await each('GetParameter', () => ({ Name: secretOf(some(secrets)), WithDecryption: true }));
  const path = await pages(() => pathOf(some()), {});
  const recursive = await pages(() => teamOf(some()), { Recursive: true });
  const folders = await pages(() => teamOf(some()), {});
  const describe = await each('DescribeParameters', () => ({
    ParameterFilters: [{ Key: 'Name', Values: [nameOf(some())] }],
  }));
  const created: string[] = [];
  const create = await each('PutParameter', () => {
    const Name = `${pathOf(some())}/new-${Math.floor(Math.random() * 2 ** 48).toString(16)}`;
    created.push(Name);
    return { Name, Value: 'x', Type: 'String' };
  });
  for (const Name of created) await ask(port, 'ssm', 'DeleteParameter', { Name });
  const busyMiB = server.residentMiB();
  await server.stop();
  const databaseMiB = statSync(join(data, 'bulwark.db')).size / 2 ** 20;
  const times = { get, decrypt, path, recursive, folders, describe, create };
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
await (await start()).stop();
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
  const chart = curves('Milliseconds of CPU for a request, with this many parameters in one account and Region', [
    curve('GetParameter', ({ get }) => get.cpuMs),
    curve('GetParameter, decrypted', ({ decrypt }) => decrypt.cpuMs),
    curve('page of 10 of a path', ({ path }) => path.cpuMs),
    curve('page of 10 below a path, recursive', ({ recursive }) => recursive.cpuMs),
    curve('DescribeParameters by name', ({ describe }) => describe.cpuMs),
    curve('new parameter', ({ create }) => create.cpuMs),
  ]);
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'scale-parameters.svg'), chart);
  console.log('plot: docs/scale-parameters.svg');
}
if (argument('--data') === undefined) rmSync(data, { recursive: true, force: true });
rmSync(seed);
closeConnections();
