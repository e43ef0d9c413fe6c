import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventLoopLag } from './event-loop-lag.ts';

test('every reader learns how late the event loop was, whoever read before', async () => {
  const lag = new EventLoopLag();
  await sleep(300);
  const until = performance.now() + 1000;
  while (performance.now() < until);
  await sleep(300);
  const [first, second] = [lag.read(), lag.read()];
  lag.stop();
  assert.ok(first.max > 0.5, `${first.max} s at most`);
  assert.ok(first.mean > 0);
  assert.deepEqual(second, first);
});
