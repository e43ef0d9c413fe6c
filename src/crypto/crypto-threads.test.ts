import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAsymmetric } from './asymmetric.ts';
import { CryptoThreads, ThreadsBusy } from './crypto-threads.ts';

const key = runAsymmetric({ kind: 'generate', pair: { type: 'ed25519' } });
const scheme = { name: 'Ed25519' } as const;
const jobFor = (message: Uint8Array) => ({ kind: 'sign', scheme, key, message }) as const;

test('a view of a larger buffer is signed as what it shows', async () => {
  const threads = new CryptoThreads('test', 1);
  const behind = Buffer.from('before the message after');
  const view = behind.subarray(7, 18);
  const signature = await threads.run(jobFor(view));
  assert.equal(signature.buffer.byteLength, 64);
  assert.ok(runAsymmetric({ kind: 'verify', scheme, key, message: Buffer.from('the message'), signature }));
});

test('jobs are done in their order, 2,000 wait and one more is refused', async () => {
  const threads = new CryptoThreads('test', 1);
  const done: number[] = [];
  // The first one is not waiting: a thread has it.
  const jobs = Array.from({ length: 2001 }, (_, index) =>
    threads.run(jobFor(Buffer.from([index]))).then(() => done.push(index)),
  );
  await assert.rejects(threads.run(jobFor(Buffer.alloc(1))), ThreadsBusy);
  await Promise.all(jobs);
  assert.deepEqual(
    done,
    done.map((_, index) => index),
  );
  await threads.run(jobFor(Buffer.alloc(1)));
});
