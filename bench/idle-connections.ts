/**
 * `node bench/idle-connections.ts [number] [workers]`: what an idle connection costs the server in memory, before it said
 * anything and after it was served once. As many as asked for, 10,000 unless the limit of open files is lower; on one worker
 * in memory, or on several in a directory.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from './processes.ts';

/** Descriptors that client and server need for themselves. */
const otherFiles = 200;
/** Connections that are opened at one time: below the backlog of the listening socket. */
const atATime = 200;

const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
const wanted = Number(process.argv[2] ?? 10_000);
const workers = Number(process.argv[3] ?? 1);
const data = workers > 1 ? mkdtempSync(join(tmpdir(), 'bulwark-idle-')) : ':memory:';
const connections = Math.min(wanted, limit - otherFiles);
if (connections < wanted) console.log(`limit of open files ${limit}: ${connections} connections instead of ${wanted}`);

const server = await startProcess(
  process.execPath,
  [
    join(import.meta.dirname, '..', 'src', 'main.ts'),
    ...['start', '--port', '0', '--data', data, '--workers', String(workers)],
    ...[
      '--max-connections',
      String(connections + workers),
      '--max-connections-per-client',
      String(connections + workers),
    ],
  ],
  { announces: /AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/ },
);
const request = 'GET /_bulwark/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

const open = async (): Promise<Socket> => {
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
};

const serve = async (socket: Socket): Promise<void> => {
  socket.write(request);
  await once(socket, 'data');
};

const inGroups = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += atATime) {
    results.push(...(await Promise.all(items.slice(at, at + atATime).map(work))));
  }
  return results;
};

/** Lets the server collect its garbage: a few more requests, on connections that fall on all workers. */
const settle = async (): Promise<number> => {
  const some = await Promise.all(Array.from({ length: workers }, open));
  for (let round = 0; round < 200; round++) await Promise.all(some.map(serve));
  for (const socket of some) socket.destroy();
  await sleep(500);
  return server.residentMiB();
};

const print = (what: string, residentMiB: number, floorMiB: number): void => {
  const perConnection = ((residentMiB - floorMiB) * 1024) / connections;
  console.log(
    `${what.padEnd(38)} ${residentMiB.toFixed(0).padStart(5)} MiB   ${perConnection.toFixed(1)} KiB a connection`,
  );
};

const first = await open();
const floorMiB = await settle();
console.log(`${'one connection'.padEnd(38)} ${floorMiB.toFixed(0).padStart(5)} MiB`);
const sockets = await inGroups(Array.from({ length: connections - 1 }), open);
print(`${connections} connections, nothing said`, await settle(), floorMiB);
await inGroups(sockets, serve);
print(`${connections} connections, each served once`, await settle(), floorMiB);
for (const socket of [first, ...sockets]) socket.destroy();
await sleep(1000);
print('all of them closed', await settle(), floorMiB);
await server.stop();
if (workers > 1) rmSync(data, { recursive: true });
