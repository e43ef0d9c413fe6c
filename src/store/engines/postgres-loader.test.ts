import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { NotLoaded } from '../store.ts';
import { Loader } from './postgres-loader.ts';
import type { Session } from './postgres-session.ts';

const id = Buffer.alloc(16, 1);
const other = Buffer.alloc(16, 2);
const partition = Buffer.alloc(16, 9);
const identity = (of: Buffer): string => of.toString('latin1');

/** A server that answers when it is told to, with what it had when it was asked. */
class SlowServer {
  revision = 1;
  readonly asked: (() => void)[] = [];

  readonly session = {
    run: async () => {
      const { revision } = this;
      await new Promise<void>((resolve) => this.asked.push(resolve));
      const row = { found: id, id, partition_id: partition, revision: String(revision), sealed: id };
      return [{ rows: [row] }];
    },
  } as unknown as Session;

  /** Waits until it is asked. */
  async isAsked(): Promise<void> {
    for (let turn = 0; this.asked.length === 0; turn++) {
      assert.ok(turn < 100, 'it is not asked');
      await setImmediate();
    }
  }

  /** Waits until it is asked, and lets it answer. */
  async answer(): Promise<void> {
    await this.isAsked();
    this.asked.shift()!();
  }
}

const loading = (loader: Loader): Promise<void> => {
  try {
    loader.read('row', id);
  } catch (error) {
    if (error instanceof NotLoaded) return error.loaded;
    throw error;
  }
  return assert.fail('it was there');
};

for (const [what, changed] of [
  ['the record', [identity(id)]],
  ['everything', 'all'],
] as const) {
  test(`reads again what was on its way while ${what} changed`, async () => {
    const server = new SlowServer();
    const loader = new Loader(server.session);
    const loaded = loading(loader);
    await server.isAsked();
    server.revision = 2;
    loader.changed(changed);
    await server.answer();
    await server.answer();
    await loaded;
    assert.equal(loader.read('row', id)[0]?.revision, 2);
  });
}

test('gives what was on its way while something else changed', async () => {
  const server = new SlowServer();
  const loader = new Loader(server.session);
  const loaded = loading(loader);
  await server.isAsked();
  loader.changed([identity(other)]);
  await server.answer();
  await loaded;
  assert.equal(loader.read('row', id)[0]?.revision, 1);
});

test('forgets what has arrived when anything changes before it was taken', async () => {
  const server = new SlowServer();
  const loader = new Loader(server.session);
  const loaded = loading(loader);
  await server.answer();
  await loaded;
  server.revision = 2;
  loader.changed([identity(id)]);
  const again = loading(loader);
  await server.answer();
  await again;
  assert.equal(loader.read('row', id)[0]?.revision, 2);
});
