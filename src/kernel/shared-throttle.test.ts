import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotLoaded } from '../store/store.ts';
import type { Call } from './call.ts';
import type { Quota } from './quota.ts';
import { SharedThrottle, type TokenSource } from './shared-throttle.ts';
import { TokenDesk } from './token-desk.ts';

const quota: Quota = {
  service: 'kms',
  code: 'L-1',
  name: 'n',
  description: 'd',
  value: 10,
  perSecond: true,
  adjustable: true,
};
const callIn = (region: string) => ({ account: '111122223333', region }) as Call;

/** Processes that share what a desk has, and a clock that all of them read. */
const crew = (processes: number, rate: number) => {
  const clock = { now: 1_000_000, asked: 0 };
  const desk = new TokenDesk(processes);
  const source: TokenSource = async (...asked) => {
    clock.asked++;
    return desk.lease(...asked, clock.now);
  };
  const throttles = Array.from(
    { length: processes },
    () => new SharedThrottle({ valueOf: () => rate }, source, () => clock.now),
  );
  return { clock, throttles };
};

/** As the pipeline does. */
const take = async (throttle: SharedThrottle, region = 'us-east-1'): Promise<boolean> => {
  for (;;) {
    try {
      return throttle.take(quota, callIn(region));
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      await error.loaded;
    }
  }
};

/** @returns how many of `requests` each process served, all of them asking at one time */
const serve = (throttles: readonly SharedThrottle[], requests: number): Promise<number[]> =>
  Promise.all(
    throttles.map(async (throttle) => {
      const taken = await Promise.all(Array.from({ length: requests }, () => take(throttle)));
      return taken.filter(Boolean).length;
    }),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

for (const [processes, rate] of [
  [2, 10],
  [2, 10_000],
  [8, 5],
  [8, 1000],
] as const) {
  test(`${processes} processes that are all asked serve exactly a quota of ${rate} in an interval`, async () => {
    const { clock, throttles } = crew(processes, rate);
    for (let interval = 0; interval < 3; interval++) {
      assert.equal(sum(await serve(throttles, rate)), rate);
      clock.now += 999;
      assert.equal(sum(await serve(throttles, 1)), 0);
      clock.now += 1;
    }
  });
}

test('a process that is asked alone serves nearly all, though others hold a little', async () => {
  const { throttles } = crew(8, 1000);
  const [busy, ...quiet] = throttles;
  assert.equal(sum(await serve(quiet, 1)), 7);
  const [served] = await serve([busy!], 1000);
  assert.ok(served! <= 993 && served! >= 1000 - 7 * (1 + 1000 / 100), String(served));
});

test('what others hold and do not spend is less than a quarter of the quota, however they were asked before', async () => {
  const { throttles } = crew(8, 1000);
  const [busy, ...quiet] = throttles;
  const before = sum(await serve(quiet, 40));
  const [served] = await serve([busy!], 1000);
  assert.ok(before + served! > 750 && before + served! <= 1000, `${before} and ${served}`);
});

test('asks seldom: some hundred times for ten thousand requests', async () => {
  const { clock, throttles } = crew(4, 10_000);
  assert.equal(sum(await serve(throttles, 5000)), 10_000);
  assert.ok(clock.asked < 300, String(clock.asked));
});

test('rates below one a second have longer intervals', async () => {
  const { clock, throttles } = crew(2, 0.1);
  assert.equal(sum(await serve(throttles, 3)), 1);
  clock.now += 9999;
  assert.equal(sum(await serve(throttles, 3)), 0);
  clock.now += 1;
  assert.equal(sum(await serve(throttles, 3)), 1);
});

test('each Region has a bucket of its own', async () => {
  const [throttle] = crew(1, 1).throttles;
  assert.deepEqual(
    [await take(throttle!, 'us-east-1'), await take(throttle!, 'eu-west-2'), await take(throttle!, 'us-east-1')],
    [true, true, false],
  );
});

test('a quota of zero serves nobody', async () => {
  assert.equal(sum(await serve(crew(2, 0).throttles, 2)), 0);
});

test('a clock that was set back begins a new interval', async () => {
  const { clock, throttles } = crew(2, 10);
  assert.equal(sum(await serve(throttles, 10)), 10);
  clock.now -= 60_000;
  assert.equal(sum(await serve(throttles, 10)), 10);
});

test('refuses for a second where nobody answers', async () => {
  let now = 1_000_000;
  const throttle = new SharedThrottle(
    { valueOf: () => 10 },
    async () => undefined,
    () => now,
  );
  assert.equal(await take(throttle), false);
  now += 500;
  assert.equal(throttle.take(quota, callIn('us-east-1')), false);
});
