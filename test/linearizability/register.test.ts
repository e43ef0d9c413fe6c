import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/open.ts';
import { endOf, endsWithTest, unlessEnded } from '../children.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { checkLinearizable } from './checker.ts';
import { type RegisterAnswer, type RegisterCall, type RegisterRecord, register } from './register.ts';
import type { Reply } from './register-child.ts';

/** How old a read may be that is not journalled, where another process made the change; docs/clusters.md. */
const stalenessMs = 1000;

const processes = 3;
const clientsEach = 3;
const lastsMs = 2500;

/** One of several processes on a store. */
class StoreProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<RegisterAnswer>>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, answer }: Reply) => this.#waiting.get(id)?.resolve(answer));
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('a process ended'));
    });
  }

  static async start(data: string, rootKey: Buffer): Promise<StoreProcess> {
    const path = join(import.meta.dirname, 'register-child.ts');
    const child = endsWithTest(fork(path, [data, rootKey.toString('base64')], { serialization: 'advanced' }));
    await unlessEnded(child, once(child, 'message'));
    return new StoreProcess(child);
  }

  async call(call: RegisterCall, journalled: boolean): Promise<RegisterRecord> {
    const id = ++this.#calls;
    const from = performance.now();
    const waiting = Promise.withResolvers<RegisterAnswer>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, call, journalled });
    const answer = await waiting.promise;
    this.#waiting.delete(id);
    return { call, answer, from, to: performance.now() };
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await endOf(this.#child);
  }
}

/** What was recorded: the calls that are journalled, and for each process the reads that are not. */
interface Histories {
  readonly journalled: readonly RegisterRecord[];
  readonly plain: readonly RegisterRecord[];
}

const record = async (t: TestContext, data: string, rootKey: Buffer): Promise<Histories> => {
  const crew = await Promise.all(Array.from({ length: processes }, () => StoreProcess.start(data, rootKey)));
  t.after(() => Promise.all(crew.map((each) => each.stop())));
  const journalled: RegisterRecord[] = [];
  const plain: RegisterRecord[] = [];
  const until = performance.now() + lastsMs;
  let values = 0;

  /** The last of the processes writes nothing: what it reads is news to it. */
  const client = async (process: StoreProcess, isReader: boolean): Promise<void> => {
    let seen: string | undefined;
    while (performance.now() < until) {
      const choice = isReader ? 0 : Math.random();
      const call: RegisterCall =
        choice < 0.5
          ? { kind: 'read' }
          : choice < 0.7
            ? { kind: 'write', value: String(++values) }
            : { kind: 'compare-and-set', expected: seen, value: String(++values) };
      const isPlain = isReader || choice < 0.25;
      // In the process that made a change, every later read shows it, journalled or not.
      const follows = isPlain ? changesOf.get(process)!.slice() : [];
      const made = { ...(await process.call(call, !isPlain)), follows };
      (isPlain ? plain : journalled).push(made);
      if (!isPlain && call.kind !== 'read') changesOf.set(process, [made]);
      if (made.answer && 'value' in made.answer) seen = made.answer.value;
      await sleep(Math.random() * 10);
    }
  };
  const changesOf = new Map(crew.map((process) => [process, [] as RegisterRecord[]]));
  await Promise.all(
    crew.flatMap((process, n) => Array.from({ length: clientsEach }, () => client(process, n === processes - 1))),
  );
  return { journalled, plain };
};

const requirePromises = (t: TestContext, { journalled, plain }: Histories): void => {
  const verdict = checkLinearizable(journalled, register);
  t.diagnostic(`${journalled.length} journalled calls, ${verdict.configurations} configurations`);
  assert.ok(verdict.linearizable, `after ${verdict.longest.length} calls: ${JSON.stringify(verdict.stuck)}`);

  // A read that may be old is one that may have taken effect before it went out.
  const relaxed = plain.map((read) => ({ ...read, from: read.from - stalenessMs }));
  const bounded = checkLinearizable([...journalled, ...relaxed], register);
  assert.ok(bounded.linearizable, `a read was older: ${JSON.stringify(bounded.stuck)}`);
  t.diagnostic(`${plain.length} reads that are not, the oldest ${oldest(plain, verdict.longest).toFixed()} ms`);
  assert.ok(journalled.length > 100 && plain.length > 100);
};

/** For how long the oldest value that was read had been replaced, in milliseconds. @param order all changes, in theirs */
const oldest = (reads: readonly RegisterRecord[], order: readonly RegisterRecord[]): number => {
  const replacedAt = new Map<string | undefined, number>();
  let value: string | undefined;
  for (const { call, answer, to } of order) {
    if (call.kind === 'read' || (answer && 'done' in answer && !answer.done)) continue;
    replacedAt.set(value, to);
    value = call.value;
  }
  const ages = reads.map(({ answer, from }) => from - (replacedAt.get(valueIn(answer)) ?? from));
  return Math.max(0, ...ages);
};

const valueIn = (answer: RegisterAnswer | undefined): string | undefined =>
  answer && 'value' in answer ? answer.value : undefined;

describe('a record that several processes change at one time', () => {
  const rootKey = randomBytes(32);
  const made = async (data: string): Promise<string> => {
    await (await openStore({ data, rootKey: createSecretKey(rootKey) })).close();
    return data;
  };

  it('is linearizable on a shared directory, and read without a journal record at most a second old', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'bulwark-register-'));
    const histories = await record(t, await made(join(root, 'data')), rootKey);
    t.after(() => rmSync(root, { recursive: true, force: true }));
    requirePromises(t, histories);
  });

  it('is linearizable on PostgreSQL, and read without a journal record at most a second old', {
    skip: noPostgres,
  }, async (t) => {
    const postgres = await PostgresServer.start();
    const histories = await record(t, await made(await postgres.newDatabase()), rootKey);
    t.after(() => postgres.remove());
    requirePromises(t, histories);
  });
});
