import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { inTurns, Turn } from './in-turns.ts';

const busyMs = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

test('gives what the work gives, in the order of the items', async () => {
  assert.deepEqual(await inTurns([3, 1, 2], (item) => item * 2), [6, 2, 4]);
  assert.deepEqual(await inTurns([], () => assert.fail()), []);
});

test('lets others have their turn while it works', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  await inTurns(Array.from({ length: 40 }), () => busyMs(5));
  clearInterval(others);
  assert.ok(turns >= 10, `${turns} turns`);
});

test('takes one turn in each round of the event loop, however many work', async () => {
  const worked: number[] = [0];
  let others = setImmediate(function round() {
    worked.push(0);
    others = setImmediate(round);
  });
  const work = () => {
    worked[worked.length - 1]!++;
    busyMs(6);
  };
  await Promise.all(Array.from({ length: 10 }, () => inTurns([1, 2, 3], work)));
  clearImmediate(others);
  const [first, ...rest] = worked;
  assert.deepEqual([first, rest.filter((times) => times > 0).length, Math.max(...rest)], [10, 20, 1]);
});

test('waits for nobody where the event loop went round meanwhile', async () => {
  let ended = false;
  const busy = Array.from({ length: 20 }, async () => {
    while (!ended) await inTurns([1, 2], () => busyMs(5));
  });
  const turn = new Turn();
  let waited = 0;
  for (let file = 0; file < 20; file++) {
    if (turn.next()) waited++;
    await setTimeout(1);
  }
  ended = true;
  await Promise.all(busy);
  assert.equal(waited, 0);
});

test('ends with the error of the work', () =>
  assert.rejects(
    inTurns([1, 2], () => {
      throw new RangeError('no');
    }),
    RangeError,
  ));
