import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpawnedServer } from './spawned-server.ts';

const maxConnectionsPerClient = 16;

describe('metrics, status and limits of two workers', { skip: process.platform !== 'linux' }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-figures-'));
  let server: SpawnedServer;
  before(async () => {
    const flags = ['--workers', '2', '--max-connections-per-client', String(maxConnectionsPerClient)];
    server = await SpawnedServer.start({ data: join(root, 'data'), flags });
  });
  after(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** Over a connection of its own, so that now one worker is asked and now the other. */
  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ port: server.port, host: '127.0.0.1', path, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject);
      sent.end();
    });
  const metric = async (name: string): Promise<number> => {
    const line = (await get('/_bulwark/metrics')).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };
  const randoms = 'bulwark_requests_total{service="kms",operation="GenerateRandom",outcome="ok"}';
  const ask = (times: number) =>
    Promise.all(Array.from({ length: times }, () => server.kms('GenerateRandom', { NumberOfBytes: 8 })));
  const workers = (): number[] =>
    readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ').map(Number);

  it('are of both together, whichever is asked', async () => {
    for (let round = 0; round < 5; round++) await ask(8);
    for (let asked = 0; asked < 4; asked++) {
      assert.equal(await metric(randoms), 40);
      assert.equal(await metric('bulwark_workers'), 2);
    }
    const status = JSON.parse(await get('/_bulwark/status'));
    assert.equal(status.pid, server.pid);
    assert.equal(status.workers, 2);
    assert.ok(status.requests.total >= 40);
    assert.ok(status.journal.records >= 40);
    assert.ok(status.residentBytes > 3 * 30 * 2 ** 20);
  });

  it('never fall when a worker dies', async () => {
    assert.equal(await metric(randoms), 40);
    const [victim] = workers();
    process.kill(victim!, 'SIGKILL');
    for (const until = Date.now() + 60_000; workers().length < 2 || workers().includes(victim!); await sleep(50)) {
      assert.ok(Date.now() < until, 'it was not replaced');
    }
    // A connection that was on its way to the dead worker is lost.
    const served = () => metric('bulwark_workers').catch(() => 0);
    for (let left = 50; (await served()) < 2 && left > 0; left--) await sleep(100);
    await ask(8);
    assert.equal(await metric(randoms), 48);
  });

  it('are read beside a log in which every line since the start is JSON', async () => {
    const said = server.output.split('\n').filter((line) => line !== '' && !/^(?:#|export )/.test(line));
    assert.deepEqual(
      said.map((line) => JSON.parse(line)).map(({ level, endedWith, msg }) => [level, endedWith, msg]),
      [[50, 'SIGKILL', 'a worker ended; another takes its place']],
    );
  });

  it('let one client have at most half as many connections again as it may', async () => {
    const sockets: Socket[] = [];
    let closed = 0;
    for (let opened = 0; opened < 4 * maxConnectionsPerClient; opened++) {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.on('close', () => closed++);
      sockets.push(socket);
    }
    await sleep(500);
    const open = sockets.length - closed;
    assert.ok(open <= 1.5 * maxConnectionsPerClient, `${open} are open`);
    for (const socket of sockets) socket.destroy();
    await sleep(200);
    const refused = await metric('bulwark_connections_refused_total{reason="too-many-of-client"}');
    assert.ok(refused >= 2 * maxConnectionsPerClient, `${refused} were refused`);
  });
});
