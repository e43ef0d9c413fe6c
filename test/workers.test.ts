import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyJournal } from '../src/journal/verify.ts';
import { bulwark } from './bulwark.ts';
import { childrenOf, endOf, endsWithTest, isRunning } from './children.ts';
import { replaceWorker, wholeCrew } from './crash/crew.ts';
import { freePort } from './free-port.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('two workers on one directory', { skip: process.platform !== 'linux' }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-workers-'));
  const data = join(root, 'data');
  let server: SpawnedServer;
  let metricsPort: number;
  before(async () => {
    metricsPort = await freePort();
    server = await SpawnedServer.start({ data, flags: ['--workers', '2', '--metrics-port', String(metricsPort)] });
  });
  after(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const createKey = async (): Promise<string> =>
    JSON.parse((await server.kms('CreateKey', {})).text).KeyMetadata.KeyId as string;
  /** fetch keeps connections; many at a time make sure that both workers are asked. */
  const encryptOften = (KeyId: string) =>
    Promise.all(Array.from({ length: 20 }, () => server.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })));

  it('serves with both, says once where, and shows no worker a state that is over', async () => {
    assert.equal(server.workers.length, 2);
    assert.equal(server.output.match(/AWS_ENDPOINT_URL/g)?.length, 1);
    const KeyId = await createKey();
    for (let round = 0; round < 5; round++) {
      assert.ok((await encryptOften(KeyId)).every(({ status }) => status === 200));
      assert.equal((await server.kms('DisableKey', { KeyId })).status, 200);
      assert.ok((await encryptOften(KeyId)).every(({ text }) => text.includes('DisabledException')));
      assert.equal((await server.kms('EnableKey', { KeyId })).status, 200);
    }
  });

  it('keeps every other server from the directory', async () => {
    const { exitCode, stderr } = await bulwark('start', '--port', '0', '--data', data);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /another Bulwark is using/);
  });

  it('replaces a worker that was killed, and loses nothing that was acknowledged', async () => {
    const acknowledged: string[] = [];
    const [victim] = server.workers;
    let stopped = false;
    const client = async (): Promise<void> => {
      while (!stopped) {
        const answer = await server.kms('CreateKey', {}).catch(() => undefined);
        if (answer?.status === 200) acknowledged.push(JSON.parse(answer.text).KeyMetadata.KeyId);
      }
    };
    const clients = Promise.all(Array.from({ length: 6 }, client));
    await sleep(300);
    try {
      process.kill(victim!, 'SIGKILL');
      while (isRunning(victim!)) await sleep(20);
      await wholeCrew(server, 2);
      await sleep(500);
    } finally {
      stopped = true;
      await clients;
    }
    const crew = server.workers;
    assert.equal(crew.length, 2);
    assert.ok(!crew.includes(victim!));
    assert.ok(acknowledged.length > 10);
    for (const KeyId of acknowledged) assert.equal((await server.kms('DescribeKey', { KeyId })).status, 200);
  });

  /** Over a connection of its own, of the API where no other port is named. @returns whether an answer came; false: the connection ended without @throws it waits */
  const isAnswered = (port = server.port, path = '/_bulwark/health'): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      const late = setTimeout(() => reject(new Error('a client waits for nobody')), 20_000);
      const end = (answered: boolean): void => {
        clearTimeout(late);
        socket.destroy();
        resolve(answered);
      };
      socket.on('error', () => end(false));
      socket.on('close', () => end(false));
      socket.on('data', () => end(true));
      socket.write(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
    });

  it('lets no client and no scraper wait for a worker that is dead', async () => {
    let goesOn = true;
    const answered = { client: 0, scraper: 0 };
    const client = async (): Promise<void> => {
      while (goesOn) if (await isAnswered()) answered.client++;
    };
    const scraper = async (): Promise<void> => {
      while (goesOn) if (await isAnswered(metricsPort, '/metrics')) answered.scraper++;
    };
    const clients = Promise.all([...Array.from({ length: 20 }, client), ...Array.from({ length: 4 }, scraper)]);
    try {
      for (let round = 0; round < 3; round++) {
        await sleep(200);
        await replaceWorker(server, 2);
      }
    } finally {
      goesOn = false;
      await clients;
    }
    assert.ok(answered.client > 20 && answered.scraper > 4, `${JSON.stringify(answered)} were answered`);
  });

  it('keeps its port while all workers are dead: whoever connects then is served by the next one', async () => {
    await wholeCrew(server, 2);
    for (const pid of server.workers) process.kill(pid, 'SIGKILL');
    const answers = await Promise.all(Array.from({ length: 5 }, () => isAnswered()));
    assert.ok(answers.includes(true));
    await wholeCrew(server, 2);
    assert.equal((await server.kms('ListKeys', {})).status, 200);
  });

  it('replaces workers that could not start as soon as they can, and holds no client until then', async () => {
    await wholeCrew(server, 2);
    renameSync(join(data, 'root.key'), join(data, 'root.away'));
    for (const pid of server.workers) process.kill(pid, 'SIGKILL');
    try {
      assert.equal(await isAnswered(), false);
    } finally {
      renameSync(join(data, 'root.away'), join(data, 'root.key'));
    }
    assert.equal(server.output.match(/root\.key is missing.*a worker could not be started/g)?.length, 1, server.output);
    await wholeCrew(server, 2);
    assert.equal((await server.kms('ListKeys', {})).status, 200);
  });

  it('ends with one line and status 2 where a worker dies before it serves', async () => {
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const flags = ['--port', '0', '--workers', '2', '--data', join(root, 'first')];
    const first = endsWithTest(spawn(process.execPath, [main, 'start', ...flags]));
    let said = '';
    first.stderr!.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
    while (childrenOf(first.pid!).length === 0) await sleep(10);
    process.kill(childrenOf(first.pid!)[0]!, 'SIGKILL');
    await endOf(first);
    assert.equal(first.exitCode, 2, said);
    assert.equal(said, 'bulwark: a worker ended with SIGKILL before it served\n');
  });

  it('lets clients wait for a worker that was stopped for a second, and then for none', async () => {
    await wholeCrew(server, 2);
    const stopped = server.workers[0]!;
    process.kill(stopped, 'SIGSTOP');
    try {
      // Two, so that one of them goes to it.
      const waiting = Promise.all([isAnswered(), isAnswered()]);
      await sleep(1500);
      for (let n = 0; n < 20; n++) {
        const answered = await Promise.race([isAnswered(), sleep(2000, 'waits')]);
        assert.equal(answered, true);
      }
      process.kill(stopped, 'SIGCONT');
      assert.deepEqual(await waiting, [true, true]);
    } finally {
      process.kill(stopped, 'SIGCONT');
    }
  });

  it('ends at once when it is told to a second time, by whatever signal', async () => {
    const place = join(root, 'twice');
    const stopping = await SpawnedServer.start({ data: place, flags: ['--workers', '2'] });
    process.kill(stopping.workers[0]!, 'SIGSTOP');
    const toldAt = performance.now();
    const ended = stopping.stop();
    while (!stopping.output.includes('"signal":"SIGTERM"')) await sleep(10);
    process.kill(stopping.pid, 'SIGINT');
    await ended;
    assert.equal(stopping.exitCode, 1);
    assert.ok(performance.now() - toldAt < 10_000);
  });

  it('gives up a worker that was stopped, when it is told to end, and leaves the directory to the next server', async () => {
    const place = join(root, 'stopped');
    const stopping = await SpawnedServer.start({ data: place, flags: ['--workers', '2'] });
    const crew = stopping.workers;
    process.kill(crew[0]!, 'SIGSTOP');
    try {
      await stopping.stop();
      assert.equal(stopping.exitCode, 1);
      assert.match(stopping.output, /not everything ended within 15 s/);
      for (const pid of crew) while (isRunning(pid)) await sleep(20);
      await (await SpawnedServer.start({ data: place })).stop();
    } finally {
      await stopping.stop('SIGKILL');
    }
  });

  it('ends with its workers on SIGTERM, and leaves a journal without a fault', async () => {
    const crew = server.workers;
    await server.stop();
    for (const pid of crew) assert.throws(() => process.kill(pid, 0));
    const { fault, records } = await verifyJournal(data);
    assert.equal(fault, undefined);
    assert.ok(records > 100);
  });
});
