import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkLinearizable } from './checker.ts';
import { type RegisterAnswer, type RegisterCall, type RegisterRecord, register } from './register.ts';

const never = Number.POSITIVE_INFINITY;
const done = { done: true };
const failed = { done: false };
const write = (value: string, from: number, to: number): RegisterRecord =>
  recorded({ kind: 'write', value }, done, from, to);
const lostWrite = (value: string, from: number): RegisterRecord =>
  recorded({ kind: 'write', value }, undefined, from, never);
const read = (value: string | undefined, from: number, to: number): RegisterRecord =>
  recorded({ kind: 'read' }, { value }, from, to);
const set = (expected: string | undefined, value: string, answer: RegisterAnswer, from: number, to: number) =>
  recorded({ kind: 'compare-and-set', expected, value }, answer, from, to);
const recorded = (
  call: RegisterCall,
  answer: RegisterAnswer | undefined,
  from: number,
  to: number,
): RegisterRecord => ({ call, answer, from, to });

/** Each with what is known of it. */
const histories: readonly (readonly [what: string, linearizable: boolean, history: readonly RegisterRecord[]])[] = [
  ['no call at all', true, []],
  ['a read before anything was written', true, [read(undefined, 0, 1)]],
  ['one write, and then its value', true, [write('a', 0, 1), read('a', 2, 3)]],
  ['one write, and then nothing', false, [write('a', 0, 1), read(undefined, 2, 3)]],
  ['a value that nobody wrote', false, [write('a', 0, 1), read('b', 2, 3)]],
  ['a value that is written only later', false, [read('a', 0, 1), write('a', 2, 3)]],
  ['a read during the write that sees the old value', true, [write('a', 0, 10), read(undefined, 2, 3)]],
  ['a read during the write that sees the new value', true, [write('a', 0, 10), read('a', 2, 3)]],
  [
    'two reads during a write, of which the later sees the older value',
    false,
    [write('a', 0, 10), read('a', 2, 3), read(undefined, 4, 5)],
  ],
  [
    'two overlapping reads that see different values',
    true,
    [write('a', 0, 10), read('a', 2, 5), read(undefined, 3, 4)],
  ],
  ['a stale read between two writes', false, [write('a', 0, 1), write('b', 2, 3), read('a', 4, 5)]],
  [
    'concurrent writes that two readers see in opposite orders',
    false,
    [write('a', 0, 10), write('b', 0, 10), read('a', 11, 12), read('b', 13, 14)],
  ],
  [
    'concurrent writes in the order that is not that of their beginnings',
    true,
    [write('a', 0, 10), write('b', 1, 10), read('b', 2, 3), read('a', 4, 5)],
  ],
  // Herlihy and Wing 1990, figure 1, for a register in place of a queue.
  [
    'three processes whose calls overlap pairwise',
    true,
    [write('a', 0, 4), read('a', 3, 7), write('b', 6, 9), read('b', 8, 10)],
  ],
  [
    'two that both compare the same and both set',
    false,
    [set(undefined, 'a', done, 0, 5), set(undefined, 'b', done, 1, 6)],
  ],
  [
    'two that compare the same, of which one sets',
    true,
    [set(undefined, 'a', done, 0, 5), set(undefined, 'b', failed, 1, 6)],
  ],
  [
    'a lost update: an increment that was acknowledged and overwritten',
    false,
    [write('1', 0, 1), set('1', '2', done, 2, 5), set('1', '3', done, 3, 6), read('3', 7, 8)],
  ],
  ['a failed compare though nothing else was there', false, [write('a', 0, 1), set('a', 'b', failed, 2, 3)]],
  ['a lost answer whose write is seen much later', true, [lostWrite('a', 0), read(undefined, 1, 2), read('a', 50, 51)]],
  [
    'a lost answer whose write is never seen',
    true,
    [lostWrite('a', 0), read(undefined, 1, 2), read(undefined, 50, 51)],
  ],
  [
    'a lost answer whose write comes and goes',
    false,
    [write('b', 0, 1), lostWrite('a', 2), read('a', 3, 4), read('b', 5, 6)],
  ],
  ['a lost write that is seen before it went out', false, [read('a', 0, 1), lostWrite('a', 2)]],
];

describe('the checker', () => {
  for (const [what, linearizable, history] of histories) {
    test(`${linearizable ? 'accepts' : 'refuses'} ${what}`, () => {
      for (const order of [history, history.toReversed()]) {
        assert.equal(checkLinearizable(order, register).linearizable, linearizable);
      }
    });
  }

  test('keeps to what a call follows, whatever its instants say', () => {
    const first = write('a', 0, 1);
    const second = write('b', 2, 3);
    const stale = (follows: readonly RegisterRecord[]) => [first, second, { ...read('a', 0, 5), follows }];
    assert.ok(checkLinearizable(stale([]), register).linearizable);
    assert.ok(checkLinearizable(stale([first]), register).linearizable);
    assert.ok(!checkLinearizable(stale([second]), register).linearizable);
  });

  test('says how far it came', () => {
    const { longest, stuck } = checkLinearizable([write('a', 0, 1), read('b', 2, 3)], register);
    assert.deepEqual([longest.length, stuck.length], [1, 1]);
    assert.deepEqual(stuck[0]!.call, { kind: 'read' });
  });

  test('agrees with trying every order, on random histories', () => {
    let accepted = 0;
    for (let n = 0; n < 600; n++) {
      const history = randomHistory(n % 2 ? 0.15 : 0.4);
      const expected = someOrderExplains(history);
      assert.equal(checkLinearizable(history, register).linearizable, expected, JSON.stringify(history));
      if (expected) accepted++;
    }
    assert.ok(accepted > 60 && accepted < 540, `${accepted} of 600`);
  });

  test('takes lost calls that ask for the same as one, so that many of them cost little', () => {
    const many = Array.from({ length: 60 }, (_, n) => lostWrite(n % 2 ? 'a' : 'b', n / 100));
    const flips = Array.from({ length: 40 }, (_, n) => read(n % 2 ? 'a' : 'b', n + 1, n + 1.5));
    assert.ok(checkLinearizable([...many, ...flips], register).linearizable);
    const { linearizable, configurations } = checkLinearizable([...many, read('c', 1, 2)], register);
    assert.ok(!linearizable);
    assert.ok(configurations < 10_000, `${configurations} configurations`);
  });

  test('gives up where it cannot be decided in some seconds', () => {
    const many = Array.from({ length: 40 }, (_, n) => lostWrite(`v${n}`, n / 100));
    assert.throws(() => checkLinearizable([...many, read('never written', 1, 2)], register), RangeError);
  });

  test('checks a long history of many clients in little time', () => {
    const { linearizable, configurations } = checkLinearizable(longHistory(4000, 12), register);
    assert.ok(linearizable);
    assert.ok(configurations < 100_000, `${configurations} configurations`);
  });
});

const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)]!;

const randomHistory = (lost: number): RegisterRecord[] =>
  Array.from({ length: 1 + Math.floor(Math.random() * 6) }, () => {
    const from = Math.floor(Math.random() * 12);
    const to = Math.random() < lost ? never : from + Math.floor(Math.random() * 6);
    const answer = <T>(given: T): T | undefined => (to === never ? undefined : given);
    const value = oneOf(['a', 'b']);
    const kind = oneOf(['read', 'write', 'compare-and-set'] as const);
    if (kind === 'write') return recorded({ kind, value }, answer(done), from, to);
    if (kind === 'read') return recorded({ kind }, answer({ value: oneOf(['a', 'b', undefined]) }), from, to);
    return recorded({ kind, expected: oneOf(['a', 'b', undefined]), value }, answer(oneOf([done, failed])), from, to);
  });

/** The definition, word by word: every order of every set that holds all answered calls. */
const someOrderExplains = (history: readonly RegisterRecord[], state: string | undefined = undefined): boolean => {
  if (history.every(({ to }) => to === never)) return true;
  return history.some((next) => {
    const rest = history.filter((other) => other !== next);
    if (rest.some(({ to }) => to < next.from)) return false;
    const applied = register.apply(state, next.call, next.answer);
    return applied !== 'impossible' && someOrderExplains(rest, applied.state);
  });
};

/** What clients see of a register that really is one: each call takes effect at a moment between its two instants. */
const longHistory = (calls: number, clients: number): RegisterRecord[] => {
  const history: { call: RegisterCall; from: number; to: number; at: number }[] = [];
  for (let client = 0; client < clients; client++) {
    let now = Math.random();
    for (let n = 0; n < calls / clients; n++) {
      const from = now;
      const at = from + Math.random();
      const to = at + Math.random();
      now = to + Math.random() / 10;
      history.push({ call: oneOf([{ kind: 'read' }, { kind: 'write', value: `${client}.${n}` }]), from, to, at });
    }
  }
  let state: string | undefined;
  return history
    .toSorted((a, b) => a.at - b.at)
    .map(({ call, from, to }) => {
      if (call.kind === 'write') state = call.value;
      return { call, from, to, answer: call.kind === 'write' ? done : { value: state } };
    });
};
