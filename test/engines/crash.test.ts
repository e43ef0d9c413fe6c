import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { verifyJournal } from '../../src/journal/verify.ts';
import { openStore } from '../../src/store/open.ts';
import { verifyRecords } from '../../src/store/verify-records.ts';
import { endsWithTest } from '../children.ts';
import { counted } from './counted.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-crash-'));
after(() => rmSync(root, { recursive: true, force: true }));
const child = fileURLToPath(new URL('crash-child.ts', import.meta.url));

interface Run {
  readonly acknowledged: number[];
  readonly output: string;
  readonly signal: NodeJS.Signals | null;
}

/** @param killAfter acknowledgements after which the process is killed with SIGKILL */
const runChild = (command: string, args: string[], killAfter = Number.POSITIVE_INFINITY): Promise<Run> =>
  new Promise((resolve, reject) => {
    const running = endsWithTest(spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').length > killAfter) running.kill('SIGKILL');
    });
    running.on('error', reject);
    running.on('close', (_code, signal) => {
      const lines = output.split('\n').slice(0, -1);
      resolve({ acknowledged: lines.filter((line) => /^\d+$/.test(line)).map(Number), output, signal });
    });
  });

/** Every acknowledged transaction is there whole, no other is there in part, and the journal verifies. */
const requireConsistent = async (data: string, acknowledged: readonly number[]): Promise<void> => {
  assert.equal((await verifyJournal(data)).fault, undefined);
  const store = await openStore({ data });
  const records = new Set(counted.list(store.begin(), ['n'], { limit: 1e6 }).items.map(({ n }) => n));
  const log = new Set((await store.readLog(0, 1e6)).map(({ text }) => (JSON.parse(text) as { n: number }).n));
  await store.close();
  for (const n of acknowledged) assert.ok(records.has(n), `record ${n} was acknowledged`);
  assert.deepEqual(
    [...records].sort((a, b) => a - b),
    [...log].sort((a, b) => a - b),
  );
};

test('loses nothing acknowledged, and keeps nothing in part, when the process is killed under load, time and again', async () => {
  const data = join(root, 'killed');
  const acknowledged: number[] = [];
  for (let round = 0; round < 4; round++) {
    const killAfter = 1 + Math.floor(Math.random() * 300);
    const run = await runChild(process.execPath, [child, data, String(round * 1e6), '100'], killAfter);
    assert.equal(run.signal, 'SIGKILL');
    acknowledged.push(...run.acknowledged);
    await requireConsistent(data, acknowledged);
  }
});

test('shows whoever reads beside it, at any moment, nothing in part', async () => {
  const data = join(root, 'beside');
  const rootKey = createSecretKey(randomBytes(32));
  const store = await openStore({ data, rootKey });
  let stopped = false;
  let next = 0;
  const client = async (): Promise<void> => {
    while (!stopped) {
      const n = next++;
      await store.transact((tx) => {
        counted.put(tx, ['n', String(n)], { n, payload: 'x' });
        tx.append(JSON.stringify({ n }));
      });
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  for (let look = 0; look < 50 || next < 200; look++) {
    assert.equal((await verifyRecords(data, rootKey)).fault, undefined);
    assert.equal((await verifyJournal(data, { rootKey })).fault, undefined);
    await sleep(Math.random() * 10);
  }
  stopped = true;
  await clients;
  await store.close();
});

test('survives a full disk: refuses, still reads, and has everything acknowledged afterwards', {
  skip: process.platform === 'win32',
}, async () => {
  const data = join(root, 'full');
  // The limit on the size of a file stands in for a full disk: writes fail beyond it.
  const limited = `trap '' XFSZ; ulimit -f 4096; exec "$0" "$@"`;
  const run = await runChild('sh', ['-c', limited, process.execPath, child, data, '0', '20000']);
  assert.match(run.output, /refused, and still reads 1\n$/);
  assert.ok(run.acknowledged.length > 10);
  await requireConsistent(data, run.acknowledged);
});
