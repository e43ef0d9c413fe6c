import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Draws } from './draws.ts';
import { randomUuid } from './random.ts';

const draw = async (): Promise<string> => randomUuid();

test('a run draws what the run before drew, and then anew', async () => {
  const draws = new Draws();
  const first = await draws.repeat(async () => [randomUuid(), randomUuid()]);
  const second = await draws.repeat(async () => {
    await sleep(1);
    return [randomUuid(), randomUuid(), randomUuid()];
  });
  assert.deepEqual(second.slice(0, 2), first);
  assert.equal(new Set(second).size, 3);
});

test('nobody else draws the same: neither outside nor for another request, nor what a run left behind', async () => {
  const draws = new Draws();
  const drawn = await draws.repeat(draw);
  const left: Promise<string>[] = [];
  await draws.repeat(async () => {
    left.push(sleep(1).then(draw));
  });
  const all = [drawn, await draw(), await new Draws().repeat(draw), ...(await Promise.all(left))];
  assert.equal(new Set(all).size, 4);
});
