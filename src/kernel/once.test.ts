import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { oncePerCall } from './once.ts';

test('what one input needs is made once, and again for another input that is equal', () => {
  let made = 0;
  const make = (): number => ++made;
  const [one, other] = [{ KeySpec: 'RSA_4096' }, { KeySpec: 'RSA_4096' }];
  assert.deepEqual([oncePerCall(one, make), oncePerCall(one, make), oncePerCall(other, make)], [1, 1, 2]);
});

test('a value that is there is gone on with at once, a promised one when it comes', async () => {
  assert.equal(
    eventually(1, (value) => value + 1),
    2,
  );
  const later = eventually(Promise.resolve(1), (value) => value + 1);
  assert.ok(later instanceof Promise);
  assert.equal(await later, 2);
});
