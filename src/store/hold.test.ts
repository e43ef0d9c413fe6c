import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Hold } from './hold.ts';
import { openStore } from './open.ts';

describe('waiting for clients of the group before', () => {
  it('is for three quarters of those who were answered or had come', () => {
    const hold = new Hold();
    assert.equal(hold.isWorthwhile(1), false);
    hold.answered(20, 12);
    assert.deepEqual([hold.expected, hold.isWorthwhile(23), hold.isWorthwhile(24)], [24, true, false]);
  });

  it('is not for a client that is alone', () => {
    const hold = new Hold();
    hold.answered(1, 0);
    assert.equal(hold.isWorthwhile(1), false);
  });

  it('is tried ever less often where nobody comes, and again each time once somebody does', () => {
    const hold = new Hold();
    const passed = (comes: number): number => {
      hold.answered(8, 0);
      let groups = 0;
      for (; !hold.isWorthwhile(1); groups++) assert.ok(groups < 1000);
      hold.ended(comes);
      return groups;
    };
    assert.deepEqual(
      Array.from({ length: 9 }, () => passed(1)),
      [0, 1, 3, 7, 15, 31, 63, 64, 64],
    );
    assert.deepEqual([passed(6), passed(6), passed(1), passed(1)], [64, 0, 0, 1]);
  });

  it('puts those who come a little later into the same group', async () => {
    const sizes: number[] = [];
    const store = await openStore({ data: ':memory:', batchWritten: ({ commits }) => sizes.push(commits) });
    const commits = (number: number) => Array.from({ length: number }, () => store.transact((tx) => tx.append('{}')));
    const rounds: string[] = [];
    for (let round = 0; round < 20; round++) {
      await Promise.all(commits(4));
      const first = commits(1);
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      await Promise.all([...first, ...commits(2)]);
      rounds.push(sizes.splice(0).join());
    }
    // Not all of them: on a busy machine ten turns may take longer than anybody waits.
    assert.ok(rounds.includes('4,3'), rounds.join(' '));
    await store.close();
  });
});
