/**
 * `npm run bench`: what one process costs with every check on and every answer durable, beside servers that check nothing,
 * measured in the same run. Prints the README's table; `--quick` for a look, `--seconds N` per measurement.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { sign } from '../src/testing/sign.ts';
import { answerBytes } from './answer-bytes.ts';
import { region, credentials as root, startOn } from './asking.ts';
import { fsyncFloorMs } from './fsync-floor.ts';
import { drive, type LoadResult } from './load.ts';
import { barChart } from './plot.ts';
import { installed, type Measured, startProcess } from './processes.ts';

const seconds = Number(argument('--seconds') ?? (process.argv.includes('--quick') ? 1 : 4));
const connectionCounts = [1, 8, 32, 128];
/** Many and short: the speed of a shared machine changes within seconds. */
const turnsAt = { 32: 25, 128: 15 } as const;
const pairsWithMoto = 7;
const plaintext = Buffer.alloc(64, 'p').toString('base64');

interface Row {
  readonly subject: string;
  readonly connections: number;
  readonly load: LoadResult;
  readonly cpuMicroseconds: number;
}
const rows: Row[] = [];

/** Requests that are signed when they are needed: a signature is good for five minutes. */
type Requests = () => readonly Buffer[];

const once = async (server: Measured, requests: Requests, connections: number, lasting = seconds) => {
  const plan = { port: server.port, host: '127.0.0.1', requests: requests(), connections, seconds: lasting };
  const before = server.cpuSeconds();
  const load = await drive(plan);
  if (load.failures > 0) throw new Error(`${load.failures} of ${load.requests} requests failed`);
  return { load, cpuMicroseconds: ((server.cpuSeconds() - before) * 1e6) / load.requests };
};

const measure = async (subject: string, server: Measured, requests: Requests, connections: number): Promise<Row> => {
  await once(server, requests, connections, Math.min(1, seconds));
  const { load, cpuMicroseconds } = await once(server, requests, connections);
  const row = { subject, connections, load, cpuMicroseconds };
  rows.push(row);
  console.log(
    `${subject.padEnd(28)} ${String(connections).padStart(4)} conn  ${load.requestsPerSecond.toFixed(0).padStart(7)} req/s  p50 ${load.p50.toFixed(2).padStart(6)} ms  p99 ${load.p99.toFixed(2).padStart(6)} ms  ${row.cpuMicroseconds.toFixed(0).padStart(5)} µs CPU`,
  );
  return row;
};

const directory = mkdtempSync(join(tmpdir(), 'bulwark-bench-'));
const bulwark = await startOn(join(directory, 'data'));
const kms = new KMSClient({ endpoint: `http://127.0.0.1:${bulwark.port}`, region, credentials: root });
const keyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
const blob = Buffer.from(
  (await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(plaintext, 'base64') }))).CiphertextBlob!,
).toString('base64');
const fsync = fsyncFloorMs(directory);
console.log(`fsync floor of this disk: p50 ${fsync.p50.toFixed(2)} ms, p99 ${fsync.p99.toFixed(2)} ms\n`);

/** Distinct requests: nothing on either side can answer from having seen one before. */
const json =
  (port: number, target: string, bodyOf: (index: number) => unknown): Requests =>
  () =>
    Array.from({ length: 256 }, (_, index) => {
      const body = JSON.stringify(bodyOf(index));
      return request(
        port,
        { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${target}` },
        body,
        'kms',
      );
    });

function request(port: number, headers: Record<string, string>, body: string, service: string): Buffer {
  const all = sign({ method: 'POST', path: '/', headers: { host: `127.0.0.1:${port}`, ...headers }, body }, root, {
    region,
    service,
  });
  const head = Object.entries({
    ...all,
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'aws-cli/2.31 md/bench',
  });
  return Buffer.from(
    `POST / HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
  );
}

const plaintextOf = (index: number) => Buffer.alloc(64, String(index)).toString('base64');
const context = (index: number) => ({ purpose: 'bench', n: String(index) });
const operations = {
  Encrypt: json(bulwark.port, 'Encrypt', (index) => ({ KeyId: keyId, Plaintext: plaintextOf(index) })),
  'Encrypt with a context': json(bulwark.port, 'Encrypt', (index) => ({
    KeyId: keyId,
    Plaintext: plaintext,
    EncryptionContext: context(index),
  })),
  Decrypt: json(bulwark.port, 'Decrypt', () => ({ CiphertextBlob: blob })),
  GenerateDataKey: json(bulwark.port, 'GenerateDataKey', (index) => ({
    KeyId: keyId,
    KeySpec: 'AES_256',
    EncryptionContext: context(index),
  })),
  GetCallerIdentity: () =>
    Array.from({ length: 256 }, (_, index) =>
      request(
        bulwark.port,
        { 'content-type': 'application/x-www-form-urlencoded', 'x-bench': String(index) },
        'Action=GetCallerIdentity&Version=2011-06-15',
        'sts',
      ),
    ),
};

/** Two ways to read the body: what a request costs at least depends on it. */
const floors = { streamed: await startFloor('streamed'), byEvents: await startFloor('by-events') };
const nginx = installed('nginx') ? await startNginx() : undefined;
console.log('warming up: V8 compiles a hot path for good after some 50,000 requests\n');
for (const requests of Object.values(operations)) {
  await once(bulwark, requests, 32, 2 * seconds);
}
for (const floor of Object.values(floors)) await once(floor, operations.Encrypt, 32, 2 * seconds);
const floorNames = { streamed: 'node:http, body streamed', byEvents: 'node:http, body by events' } as const;
for (const connections of connectionCounts) {
  for (const [name, requests] of Object.entries(operations)) await measure(name, bulwark, requests, connections);
  for (const way of ['streamed', 'byEvents'] as const)
    await measure(floorNames[way], floors[way], operations.Encrypt, connections);
  if (nginx) await measure('nginx', nginx, operations.Encrypt, connections);
}
const sorted = (ratios: readonly number[]): number[] => ratios.toSorted((a, b) => a - b);
const median = (ratios: readonly number[]): number => sorted(ratios)[ratios.length >> 1]!;
const listed = (ratios: readonly number[]): string =>
  sorted(ratios)
    .map((ratio) => ratio.toFixed(ratio < 10 ? 2 : 0))
    .join(' ');

const overFloors = { 32: await compareFloors(32), 128: await compareFloors(128) };
for (const floor of Object.values(floors)) await floor.stop();
await nginx?.stop();
const motos = installed('moto_server') ? await compareMoto() : undefined;
await bulwark.stop();

const startUp = await measureStartUp();

const at = (subject: string, connections: number): Row =>
  rows.find((row) => row.subject === subject && row.connections === connections)!;
const encrypt32 = at('Encrypt', 32);
console.log(`
| one process, enforced, durable | req/s at 1 · 8 · 32 · 128 connections | p50 / p99 ms at 32 | server CPU µs/request at 32 | ÷ node:http, body streamed · by events |
|---|---|---|---|---|`);
for (const subject of [...Object.keys(operations), ...Object.values(floorNames), ...(nginx ? ['nginx'] : [])]) {
  const row = at(subject, 32);
  const throughput = connectionCounts
    .map((connections) => at(subject, connections).load.requestsPerSecond.toFixed(0))
    .join(' · ');
  const overFloor = Object.values(floorNames).map((floor) => row.cpuMicroseconds / at(floor, 32).cpuMicroseconds);
  console.log(
    `| ${subject} | ${throughput} | ${row.load.p50.toFixed(1)} / ${row.load.p99.toFixed(1)} | ${row.cpuMicroseconds.toFixed(0)} | ${overFloor.map((ratio) => ratio.toFixed(2)).join(' · ')} |`,
  );
}
for (const [connections, { streamed, byEvents }] of Object.entries(overFloors)) {
  console.log(
    `Encrypt at ${connections} connections: ${median(streamed).toFixed(2)} × the CPU of a bare node:http that streams the body, ${median(byEvents).toFixed(2)} × of one that reads it by events (medians of ${streamed.length} turns; goal ≤ 2.5, with the thinner front ≤ 2)`,
  );
}
console.log(`
p99 at 32 connections: ${encrypt32.load.p99.toFixed(1)} ms (goal ≤ 10)
p50 at 1 connection: ${at('Encrypt', 1).load.p50.toFixed(2)} ms, one fsync ${fsync.p50.toFixed(2)} ms (goal: fsync + 1 ms)
${motos ? `throughput at 32 connections: ${median(motos.at32).toFixed(0)} × moto, at 128: ${median(motos.at128).toFixed(0)} × (medians of ${pairsWithMoto} pairs; goal ≥ 40)` : 'moto_server is not installed: not compared'}
start to first Encrypt on an empty directory: ${startUp.ms.toFixed(0)} ms (goal < 500); idle memory ${startUp.idleMiB.toFixed(0)} MiB (goal < 90)`);
const chart = join(import.meta.dirname, '..', 'docs', 'bench.svg');
writeFileSync(
  chart,
  barChart(
    'Server CPU per request at 32 connections (enforced, durable; less is better)',
    'µs',
    rows
      .filter(({ connections }) => connections === 32)
      .map(({ subject, cpuMicroseconds }) => ({ label: subject, value: cpuMicroseconds, ours: subject in operations })),
  ),
);
console.log('plot: docs/bench.svg\n');
rmSync(directory, { recursive: true });
await import('./kms.ts');
await import('./secrets.ts');

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

function startNginx(): Promise<Measured> {
  const configuration = join(directory, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off; worker_processes 1; error_log /dev/null; pid ${directory}/nginx.pid;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000; client_body_buffer_size 64k;
  server { listen 127.0.0.1:14561 default_server; location / { return 200 "${'x'.repeat(answerBytes)}"; } } }`,
  );
  return startProcess('nginx', ['-c', configuration], { port: 14_561 });
}

function startFloor(way: 'streamed' | 'by-events'): Promise<Measured> {
  const server = join(import.meta.dirname, 'bare-server.ts');
  return startProcess(process.execPath, [server, way], { announces: /listening on (\d+)/ });
}

/** CPU of an Encrypt over that of the floors, in turns, so that what else the machine does meets all of them. */
async function compareFloors(connections: keyof typeof turnsAt): Promise<{ streamed: number[]; byEvents: number[] }> {
  const ratios = { streamed: [] as number[], byEvents: [] as number[] };
  for (let turn = 0; turn < turnsAt[connections]; turn++) {
    const costOf = async (server: Measured) =>
      (await once(server, operations.Encrypt, connections, seconds / 2)).cpuMicroseconds;
    const streamed = await costOf(floors.streamed);
    const encrypt = await costOf(bulwark);
    const byEvents = await costOf(floors.byEvents);
    ratios.streamed.push(encrypt / streamed);
    ratios.byEvents.push(encrypt / byEvents);
  }
  console.log(`\nCPU of Encrypt at ${connections} connections, in turns, ÷ node:http that streams the body: ${listed(ratios.streamed)}
÷ node:http that reads it by events: ${listed(ratios.byEvents)}`);
  return ratios;
}

/** Requests a second of Encrypt over those of moto, which checks and keeps nothing, at as many connections. */
async function compareMoto(): Promise<{ at32: number[]; at128: number[] }> {
  const moto = await startProcess('moto_server', ['-p', '14562'], { port: 14_562 });
  const client = new KMSClient({ endpoint: 'http://127.0.0.1:14562', region, credentials: root });
  const key = (await client.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  const requests = json(14_562, 'Encrypt', (index) => ({ KeyId: key, Plaintext: plaintextOf(index) }));
  const compare = async (connections: number): Promise<number[]> => {
    await measure('moto Encrypt', moto, requests, connections);
    const compared: number[] = [];
    for (let pair = 0; pair < pairsWithMoto; pair++) {
      const { load: theirs } = await once(moto, requests, connections, seconds / 2);
      const { load: ours } = await once(bulwark, operations.Encrypt, connections, seconds / 2);
      compared.push(ours.requestsPerSecond / theirs.requestsPerSecond);
    }
    console.log(
      `Encrypt/s ÷ moto's at ${connections} connections, ${pairsWithMoto} pairs in turns: ${listed(compared)}`,
    );
    return compared;
  };
  const found = { at32: await compare(32), at128: await compare(128) };
  await moto.stop();
  return found;
}

/** Median of five starts, from spawn to the answer of the first Encrypt. */
async function measureStartUp(): Promise<{ ms: number; idleMiB: number }> {
  const runs: { ms: number; idleMiB: number }[] = [];
  for (let run = 0; run < 5; run++) {
    const began = performance.now();
    const server = await startOn(join(directory, `start-${run}`));
    const target = (name: string, body: string) =>
      fetch(`http://127.0.0.1:${server.port}/`, {
        method: 'POST',
        body,
        headers: withoutHost(
          sign(
            {
              method: 'POST',
              path: '/',
              headers: {
                host: `127.0.0.1:${server.port}`,
                'content-type': 'application/x-amz-json-1.1',
                'x-amz-target': `TrentService.${name}`,
              },
              body,
            },
            root,
            { region, service: 'kms' },
          ),
        ),
      }).then((answer) => answer.json() as Promise<Record<string, never>>);
    const created: { KeyMetadata?: { KeyId: string } } = await target('CreateKey', '{}');
    await target('Encrypt', JSON.stringify({ KeyId: created.KeyMetadata!.KeyId, Plaintext: plaintext }));
    const ms = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    runs.push({ ms, idleMiB: server.residentMiB() });
    await server.stop();
  }
  runs.sort((a, b) => a.ms - b.ms);
  return { ms: runs[2]!.ms, idleMiB: Math.max(...runs.map(({ idleMiB }) => idleMiB)) };
}

function withoutHost({ host: _host, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}
