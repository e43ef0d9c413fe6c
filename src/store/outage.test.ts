import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outage } from './outage.ts';

test('what reads is not well because what writes is', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let tried = 0;
  const outage = new Outage(() => tried++);
  outage.note('reading', new Error('no connection'));
  outage.end('writing');
  assert.equal(outage.reason, 'no connection');
  t.mock.timers.tick(1000);
  assert.equal(tried, 1);
  outage.end('reading');
  assert.equal(outage.reason, undefined);
});

test('a batch is tried once a second at most, and not any more once all is well', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let tried = 0;
  const outage = new Outage(() => tried++);
  for (let failure = 0; failure < 5; failure += 1) outage.note('writing', new Error(`failure ${failure}`));
  assert.equal(outage.reason, 'failure 4');
  t.mock.timers.tick(1000);
  assert.equal(tried, 1);
  outage.note('writing', new Error('again'));
  outage.end('writing');
  t.mock.timers.tick(10_000);
  assert.equal(tried, 1);
});
