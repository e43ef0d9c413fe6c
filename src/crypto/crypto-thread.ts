/** The thread behind {@link CryptoThreads}: does one job after the other. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { type AsymmetricJob, runAsymmetric } from './asymmetric.ts';
import type { ThreadAnswer } from './crypto-threads.ts';

const niceness = 10;

// On Linux priorities are those of threads; elsewhere this would slow down the whole process.
if (process.platform === 'linux') setPriority(niceness);

const answerTo = (job: AsymmetricJob): ThreadAnswer => {
  try {
    return { result: runAsymmetric(job) };
  } catch (error) {
    return { error };
  }
};

parentPort!.on('message', (job: AsymmetricJob) => {
  const answer = answerTo(job);
  if (!('result' in answer) || !(answer.result instanceof Uint8Array)) {
    parentPort!.postMessage(answer);
    return;
  }
  // Bytes move: no copy of a plaintext or a shared secret stays with this thread.
  const result = new Uint8Array(answer.result);
  answer.result.fill(0);
  parentPort!.postMessage({ result } satisfies ThreadAnswer, [result.buffer]);
});
