import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextHour, parseCron } from './cron.ts';

describe('a cron expression', () => {
  const from = Date.parse('2026-11-22T05:30:00Z');
  for (const [text, ...expected] of [
    ['cron(0 0 ? 2 3#5 *)', '2028-02-29T00', '2056-02-29T00', '2084-02-29T00', '2124-02-29T00'],
    ['cron(0 0 ? 2 4#5 *)', '2040-02-29T00'],
    ['cron(0 8 1 * ? *)', '2026-12-01T08', '2027-01-01T08'],
    ['cron(0 /12 * * ? *)', '2026-11-22T12', '2026-11-23T00', '2026-11-23T12'],
    ['cron(0 2/10 ? * * *)', '2026-11-22T12', '2026-11-22T22', '2026-11-23T02'],
    ['cron(0 17 L * ? *)', '2026-11-30T17', '2026-12-31T17', '2027-01-31T17', '2027-02-28T17'],
    ['cron(0 16 ? * SUN *)', '2026-11-22T16', '2026-11-29T16'],
    ['cron(0 1 ? * 2#1 *)', '2026-12-07T01', '2027-01-04T01'],
    ['cron(0 0 ? * 6L *)', '2026-11-27T00', '2026-12-25T00'],
    ['cron(0 5 ? JAN-MAR MON,WED *)', '2027-01-04T05', '2027-01-06T05'],
    [
      'cron(0 10 15W * ? *)',
      '2026-12-15T10',
      '2027-01-15T10',
      '2027-02-15T10',
      '2027-03-15T10',
      '2027-04-15T10',
      '2027-05-14T10',
    ],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00', '2032-02-29T00'],
  ] as const) {
    it(`names the hours of ${text}`, () => {
      const cron = parseCron(text)!;
      let after = from;
      for (const hour of expected) {
        after = nextHour(cron, after)!;
        assert.equal(new Date(after).toISOString(), `${hour}:00:00.000Z`);
      }
    });
  }

  for (const text of [
    'cron(5 8 1 * ? *)',
    'cron(0 8 1 * ? 2027)',
    'cron(0 8 1 * 1 *)',
    'cron(0 8 ? * ? *)',
    'cron(0 24 1 * ? *)',
    'cron(0 8 32 * ? *)',
    'cron(0 8 1 13 ? *)',
    'cron(0 8 ? * 8 *)',
    'cron(0 8 ? * MON#6 *)',
    'cron(0 8/0 1 * ? *)',
    'cron(0 8 1 * ?)',
    'cron(0 8,, 1 * ? *)',
    'rate(1 day)',
  ]) {
    it(`is not ${text}`, () => assert.equal(parseCron(text), undefined));
  }
});
