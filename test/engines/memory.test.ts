import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { lockedMemory } from '../../src/store/engines/memory.ts';
import { openStore } from '../../src/store/open.ts';
import { acceptance } from './acceptance.ts';
import { batchAcceptance } from './batches.ts';

acceptance('memory', () => openStore({ data: ':memory:' }));
batchAcceptance('memory', lockedMemory);

test('memory: keeps of a block and a row their own bytes, and nothing of the buffers that they were cut from', async () => {
  const logKey = { key: createSecretKey(randomBytes(32)), storeId: randomBytes(16) };
  const engine = (await lockedMemory()).unlock(logKey);
  const cut = (bytes: number): Buffer => Buffer.alloc(65_536).subarray(0, bytes);
  const id = cut(16);
  const written = { id, partition: cut(16), expected: 0, revision: 1, sealed: cut(100) };
  const writes = [{ ...written, removedEntries: [], addedEntries: [] }];
  await engine.commit({ members: [{ writes, texts: ['a record'], after: [] }], keyring: [] });
  const row = engine.readRow(id)!;
  const [block] = await engine.readLog(0, 1);
  for (const kept of [row.id, row.partition, row.sealed, block!.sealed]) {
    assert.equal(kept.buffer.byteLength, kept.byteLength);
  }
  await engine.close();
});
