import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('keeps what is used, and never more than twice the limit', () => {
  const recent = new Recent<string>(100, (value) => value.length);
  recent.set('hot', 'x'.repeat(10));
  let held = 0;
  for (let n = 0; n < 1000; n++) {
    recent.set(`cold ${n}`, 'x'.repeat(10));
    assert.equal(recent.get('hot'), 'x'.repeat(10));
  }
  for (let n = 0; n < 1000; n++) if (recent.get(`cold ${n}`)) held++;
  assert.ok(held <= 20, `${held}`);
});

test('forgets on delete and clear, in both generations', () => {
  const recent = new Recent<number>(2, () => 1);
  for (const name of ['a', 'b', 'c']) recent.set(name, 1);
  recent.delete('a');
  assert.equal(recent.get('a'), undefined);
  recent.clear();
  assert.equal(recent.get('c'), undefined);
});
