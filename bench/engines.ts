/**
 * `node bench/engines.ts`: what a request costs on each engine, with one worker and with two, on one machine, and what bounds
 * it, of the server that `npm run build` made. `--seconds N` per measurement, `--connections N`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '../src/testing/sign.ts';
import { noPostgres, PostgresServer } from '../test/postgres-server.ts';
import { fsyncFloorMs } from './fsync-floor.ts';
import { drive, type LoadResult } from './load.ts';
import { bulwarkArguments, cpuSecondsOf, type Measured, startProcess } from './processes.ts';

const credentials = {
  accessKeyId: 'AKIABENCHMARKROOTKEY',
  secretAccessKey: 'benchmark-secret-access-key-of-the-root-user',
};
const region = 'us-east-1';
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const seconds = option('--seconds', 4);
const connections = option('--connections', 64);
const keys = 64;
const cores = cpus().length;

const postJson = (port: number, target: string, body: object): Buffer => {
  const text = JSON.stringify(body);
  const headers = {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${target}`,
  };
  const signed = sign({ method: 'POST', path: '/', headers, body: text }, credentials, { region, service: 'kms' });
  const lines = Object.entries({ ...signed, 'content-length': String(Buffer.byteLength(text)) });
  return Buffer.from(
    `POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${text}`,
  );
};

const createKey = async (port: number): Promise<string> => {
  const body = '{}';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.CreateKey' };
  const unsigned = { method: 'POST', path: '/', headers: { ...headers, host: `127.0.0.1:${port}` }, body };
  const { host: _host, ...signed } = sign(unsigned, credentials, { region, service: 'kms' });
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: signed, body });
  return ((await answer.json()) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId;
};

interface Subject {
  readonly engine: 'memory' | 'sqlite' | 'postgres';
  readonly workers: number;
}

const subjects: readonly Subject[] = [
  { engine: 'memory', workers: 1 },
  { engine: 'sqlite', workers: 1 },
  { engine: 'sqlite', workers: 2 },
  ...(noPostgres ? [] : [{ engine: 'postgres', workers: 1 } as const, { engine: 'postgres', workers: 2 } as const]),
];

const directory = mkdtempSync(join(tmpdir(), 'bulwark-engines-'));
const database = noPostgres ? undefined : await PostgresServer.start({ durable: true });
const fsync = fsyncFloorMs(directory);
console.log(
  `${cores} cores; fsync of this disk: p50 ${fsync.p50.toFixed(2)} ms; ${connections} connections, and their client on the same cores`,
);
if (noPostgres) console.log(`PostgreSQL not measured: ${noPostgres}`);
console.log(
  '\nengine    workers  request               req/s   p50 ms   p99 ms   server µs   serving thread µs   database µs   client µs   cores busy',
);

const cost = new Map<string, { server: number; serving: number; database: number; perSecond: number }>();

const start = async ({ engine, workers }: Subject): Promise<Measured> => {
  const place = join(directory, `${engine}-${workers}`);
  const data = { memory: async () => ':memory:', sqlite: async () => place, postgres: () => database!.newDatabase() };
  const flags = ['--data', await data[engine](), '--key-directory', place, '--workers', String(workers)];
  return startProcess(
    process.execPath,
    bulwarkArguments('start', '--port', '0', '--log-level', 'silent', ...flags),
    { announces: /AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/ },
    {
      BULWARK_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
      BULWARK_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      BULWARK_THROTTLING: 'off',
    },
  );
};

const measure = async ({ engine, workers }: Subject, request: string, server: Measured, requests: Buffer[]) => {
  const plan = { port: server.port, host: '127.0.0.1', requests, connections };
  await drive({ ...plan, seconds: 1 });
  const used = () => ({
    server: server.cpuSeconds(),
    serving: server.servingSeconds(),
    database: database ? cpuSecondsOf(database.pid) : 0,
    client: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  });
  const before = used();
  const began = performance.now();
  const load: LoadResult = await drive({ ...plan, seconds });
  const elapsed = (performance.now() - began) / 1000;
  const after = used();
  const each = (who: keyof typeof before): number => ((after[who] - before[who]) * 1e6) / load.requests;
  const busy =
    (after.server - before.server + after.database - before.database + after.client - before.client) / elapsed;
  cost.set(`${engine} ${workers} ${request}`, {
    server: each('server'),
    serving: each('serving'),
    database: each('database'),
    perSecond: load.requestsPerSecond,
  });
  console.log(
    `${engine.padEnd(9)} ${String(workers).padStart(7)}  ${request.padEnd(20)} ${load.requestsPerSecond.toFixed(0).padStart(6)} ${load.p50.toFixed(2).padStart(8)} ${load.p99.toFixed(2).padStart(8)} ${each('server').toFixed(0).padStart(11)} ${each('serving').toFixed(0).padStart(19)} ${(engine === 'postgres' ? each('database').toFixed(0) : '').padStart(13)} ${each('client').toFixed(0).padStart(11)} ${busy.toFixed(2).padStart(12)}${load.failures ? `  ${load.failures} FAILED` : ''}`,
  );
  if (load.failures > 0) process.exitCode = 1;
};

try {
  for (const subject of subjects) {
    const began = performance.now();
    const server = await start(subject);
    const startMs = performance.now() - began;
    const ids = await Promise.all(Array.from({ length: keys }, () => createKey(server.port)));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    console.log(
      `${subject.engine}, ${subject.workers} worker${subject.workers > 1 ? 's' : ''}: started in ${startMs.toFixed(0)} ms, ${server.residentMiB().toFixed(0)} MiB before the load`,
    );
    const { port } = server;
    await measure(
      subject,
      'Encrypt',
      server,
      ids.map((KeyId) => postJson(port, 'Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })),
    );
    await measure(
      subject,
      'UpdateKeyDescription',
      server,
      Array.from({ length: 4 * keys }, (_, n) =>
        postJson(port, 'UpdateKeyDescription', { KeyId: ids[n % keys], Description: `number ${n}` }),
      ),
    );
    await server.stop();
  }

  const of = (engine: string, workers: number, request: string) => cost.get(`${engine} ${workers} ${request}`)!;
  const memory = of('memory', 1, 'Encrypt');
  console.log('');
  for (const engine of ['sqlite', ...(database ? ['postgres'] : [])]) {
    const one = of(engine, 1, 'Encrypt');
    const extra = one.server - memory.server;
    const inDatabase = engine === 'postgres' ? ` and ${one.database.toFixed(0)} µs of the database's` : '';
    console.log(
      `${engine}: a durable journal costs each Encrypt ${extra.toFixed(0)} µs of the server's CPU${inDatabase}`,
    );
    console.log(
      `${engine}: ${of(engine, 1, 'UpdateKeyDescription').perSecond.toFixed(0)} control-plane writes/s with one worker, ${of(engine, 2, 'UpdateKeyDescription').perSecond.toFixed(0)} with two`,
    );
    const two = of(engine, 2, 'Encrypt');
    const databaseOf = (cost: typeof one): number => (engine === 'postgres' ? cost.database : 0);
    const onCores = (cost: typeof one): number => (cores * 1e6) / (cost.server + databaseOf(cost));
    const onThreads = (cost: typeof one, workers: number): number => (workers * 1e6) / cost.serving;
    const capacity = (cost: typeof one, workers: number): number => Math.min(onCores(cost), onThreads(cost, workers));
    const boundOf = (cost: typeof one, workers: number): string =>
      onCores(cost) < onThreads(cost, workers)
        ? `the ${cores} cores`
        : `${workers === 1 ? 'its one thread' : 'the threads'} that serve`;
    console.log(
      `${engine}: two workers served ${(two.perSecond / one.perSecond).toFixed(2)} × one worker's Encrypts here, where their client takes a core of ${cores}`,
    );
    console.log(
      `${engine}: with the client elsewhere, one worker could serve ${capacity(one, 1).toFixed(0)}/s, bound by ${boundOf(one, 1)}; two ${capacity(two, 2).toFixed(0)}/s, bound by ${boundOf(two, 2)}: ${(capacity(two, 2) / capacity(one, 1)).toFixed(2)} ×`,
    );
    console.log(
      `${engine}: with cores enough, two workers could serve ${(onThreads(two, 2) / onThreads(one, 1)).toFixed(2)} × one worker's Encrypts`,
    );
  }
} finally {
  await database?.remove();
  rmSync(directory, { recursive: true, force: true });
}
