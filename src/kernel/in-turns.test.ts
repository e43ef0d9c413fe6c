import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { inTurns, Turn } from './in-turns.ts';

const account = '111122223333';

const busyMs = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

test('gives what the work gives, in the order of the items', async () => {
  assert.deepEqual(await inTurns(account, [3, 1, 2], (item) => item * 2), [6, 2, 4]);
  assert.deepEqual(await inTurns(account, [], () => assert.fail()), []);
});

test('lets others have their turn while it works', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  await inTurns(account, Array.from({ length: 40 }), () => busyMs(5));
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
  await Promise.all(Array.from({ length: 10 }, () => inTurns(account, [1, 2, 3], work)));
  clearImmediate(others);
  const [first, ...rest] = worked;
  assert.deepEqual([first, rest.filter((times) => times > 0).length, Math.max(...rest)], [10, 20, 1]);
});

test('waits for nobody where the event loop went round meanwhile', async () => {
  let ended = false;
  const busy = Array.from({ length: 20 }, async () => {
    while (!ended) await inTurns(account, [1, 2], () => busyMs(5));
  });
  const turn = new Turn(account);
  let waited = 0;
  for (let file = 0; file < 20; file++) {
    if (turn.next()) waited++;
    await setTimeout(1);
  }
  ended = true;
  await Promise.all(busy);
  assert.equal(waited, 0);
});

test('gives accounts their turns alike, however much one of them asks for', async () => {
  let ended = false;
  let worked = 0;
  const work = () => {
    worked++;
    busyMs(6);
  };
  const many = Array.from({ length: 50 }, async () => {
    while (!ended) await inTurns(account, [1, 2], work);
  });
  worked = 0;
  const turns = 10;
  await inTurns('444455556666', Array.from({ length: turns }), () => busyMs(6));
  const meanwhile = worked;
  ended = true;
  await Promise.all(many);
  // In each turn one ends, and begins again.
  assert.ok(meanwhile <= 2 * turns, `${meanwhile} pieces of work of another account`);
});

test('ends with the error of the work', () =>
  assert.rejects(
    inTurns(account, [1, 2], () => {
      throw new RangeError('no');
    }),
    RangeError,
  ));
