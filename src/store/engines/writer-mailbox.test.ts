import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { linesOf } from '../log-lines.ts';
import type { WriterAnswer, WriterRequest, WriterResult } from './sqlite-writer.ts';
import { WriterMailbox } from './writer-mailbox.ts';

/** A writer that keeps nothing: it answers with what it was asked. */
const echo = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.module).then(({ WriterDesk }) => {
    const desk = new WriterDesk(parentPort, workerData.memory);
    for (;;) {
      const request = desk.next(10);
      if (request === undefined) continue;
      if (request.kind === 'close') return;
      if (request.kind !== 'commit') desk.answer({ error: request.kind });
      else {
        const { log, members } = request.batch;
        const text = Buffer.from(log.bytes).toString();
        const refused = text.includes('refuse') ? [members.length - 1] : [];
        desk.answer({ refused, logHead: log.count + members.length, sequence: request.seen + text.length });
      }
    }
  });
`;
const memory = WriterMailbox.memory();
const module = new URL('./writer-mailbox.ts', import.meta.url).href;
const worker = new Worker(echo, { eval: true, workerData: { memory, module } });
after(() => mailbox.send({ kind: 'close' }));

let answer = Promise.withResolvers<WriterAnswer>();
const mailbox = new WriterMailbox(worker, memory, (result: WriterResult) => answer.resolve(result));
worker.on('message', (result: WriterAnswer) => answer.resolve(result));
const ask = (request: WriterRequest): Promise<WriterAnswer> => {
  answer = Promise.withResolvers();
  mailbox.send(request);
  return answer.promise;
};
const lines = (texts: readonly string[], seen: number, members = [1, texts.length - 1]) =>
  ask({ kind: 'commit', batch: { keyring: [], log: linesOf(texts), members }, seen });

test('gives each question its own answer, by whichever way question and answer go', async (t) => {
  const { mock } = t.mock.method(worker, 'postMessage');
  for (let n = 1; n <= 3000; n++) {
    const texts = ['é', 'x'.repeat(n % 50), n % 3 === 0 ? 'refuse' : 'keep'];
    const sequence = n + texts.join('\n').length;
    assert.deepEqual(await lines(texts, n), { refused: n % 3 === 0 ? [1] : [], logHead: 5, sequence });
    if (n % 5 === 0) assert.deepEqual(await ask({ kind: 'wipe' }), { error: 'wipe' });
  }
  assert.equal(mock.callCount(), 600);
});

test('is asked again after a pause', async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await lines(['a', 'b'], 7), { refused: [], logHead: 4, sequence: 10 });
});

test('asks by message where lines do not fit', async (t) => {
  const { mock } = t.mock.method(worker, 'postMessage');
  const tooMany = Array.from({ length: 1025 }, () => 0);
  assert.deepEqual(await lines(['a'], 1, tooMany), { refused: [], logHead: 1026, sequence: 2 });
  const tooLong = 5_000_000;
  assert.deepEqual(await lines(['x'.repeat(tooLong)], 1), { refused: [], logHead: 3, sequence: tooLong + 1 });
  assert.equal(mock.callCount(), 2);
});
