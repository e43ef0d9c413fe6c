import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Driver, parseOperation, Refusal } from '../driver.ts';

/** boto3, in one Python process that makes the calls it is told. */
export const boto3: Driver = {
  name: 'boto3',
  ...(spawnSync('python3', ['-c', 'import boto3']).status !== 0 && { missing: 'boto3 is not installed' }),
  call: (operation, input, { url, region, credentials }) => {
    const { service, name } = parseOperation(operation);
    const method = name.replace(/(?<=.)([A-Z])/g, '_$1').toLowerCase();
    return ask({ service, method, input, url, region, credentials });
  },
  close: () => {
    child?.stdin.end();
    child = undefined;
  },
};

let child: ChildProcessByStdio<Writable, Readable, null> | undefined;

/** Who waits for an answer; answers come in the order of the questions. */
const waiting: PromiseWithResolvers<string>[] = [];

const started = (): ChildProcessByStdio<Writable, Readable, null> => {
  const python = spawn('python3', [join(import.meta.dirname, 'calls.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface(python.stdout).on('line', (line) => waiting.shift()!.resolve(line));
  python.once('exit', (code) => {
    child = undefined;
    for (const { reject } of waiting.splice(0)) reject(new Error(`python3 ended with ${code}`));
  });
  return python;
};

const ask = async (question: object): ReturnType<Driver['call']> => {
  child ??= started();
  const answered = Promise.withResolvers<string>();
  waiting.push(answered);
  child.stdin.write(`${JSON.stringify(question, flatten)}\n`);
  const { output, code, message } = JSON.parse(await answered.promise, revive);
  if (code !== undefined) throw new Refusal(code, message);
  return output;
};

/** Buffers have turned into `{ type: 'Buffer', data }` by the time that a replacer sees them. */
const flatten = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
    ? { $bytes: Buffer.from(value.data as number[]).toString('base64') }
    : value;

const revive = (_name: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value) return Buffer.from(value.$bytes as string, 'base64');
  return '$date' in value ? new Date(value.$date as string) : value;
};
