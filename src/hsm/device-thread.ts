import { parentPort, workerData } from 'node:worker_threads';
import { HsmError } from './hsm-error.ts';
import type { DeviceAnswer, DeviceJob, DeviceTask } from './tasks.ts';
import { Tokens } from './tokens.ts';

const { default: pkcs11js } = await import('pkcs11js').catch(() => ({ default: undefined }));
let tokens: Tokens | undefined;

const perform = (task: DeviceTask): unknown => {
  if (!pkcs11js) throw new HsmError('lost', 'pkcs11js is not installed');
  tokens ??= new Tokens(String(workerData), pkcs11js);
  return tokens.perform(task);
};

const answerTo = ({ id, task }: DeviceJob): DeviceAnswer => {
  try {
    return { id, result: perform(task) };
  } catch (error) {
    if (error instanceof HsmError) return { id, problem: error.problem, message: error.message };
    return { id, problem: 'lost', message: error instanceof Error ? error.message : String(error) };
  } finally {
    // The thread's own copy.
    if (task.kind === 'encrypt') task.plaintext.fill(0);
  }
};

parentPort?.on('message', (job: DeviceJob) => parentPort?.postMessage(answerTo(job)));
