import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRules } from './schedule.ts';

describe('the rules of a rotation', () => {
  const last = Date.parse('2026-11-22T10:20:00Z');
  for (const [rules, opens, closes] of [
    [{ AutomaticallyAfterDays: 30 }, '2026-12-22T10:20:00', '2026-12-22T23:59:59'],
    [{ ScheduleExpression: 'rate(10 days)' }, '2026-12-02T00:00:00', '2026-12-02T23:59:59'],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '3h' }, '2026-11-23T00:00:00', '2026-11-23T03:00:00'],
    [{ ScheduleExpression: 'rate(4 hours)' }, '2026-11-22T14:00:00', '2026-11-22T15:00:00'],
    [{ ScheduleExpression: 'cron(0 22 ? * * *)', Duration: '2h' }, '2026-11-22T22:00:00', '2026-11-23T00:00:00'],
    [{ ScheduleExpression: 'cron(0 0/8 * * ? *)' }, '2026-11-22T16:00:00', '2026-11-22T17:00:00'],
  ] as const) {
    it(`open the window of ${JSON.stringify(rules)}`, () => {
      const { opensAt, closesAt } = parseRules(rules).next(last);
      assert.equal(new Date(opensAt).toISOString(), `${opens}.000Z`);
      assert.equal(new Date(closesAt).toISOString(), `${closes}.000Z`);
    });
  }

  for (const rules of [
    {},
    { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' },
    { ScheduleExpression: 'rate(3 hours)' },
    { ScheduleExpression: 'rate(1 minute)' },
    { ScheduleExpression: 'every day' },
    { ScheduleExpression: 'cron(0 0/2 * * ? *)' },
    { ScheduleExpression: 'cron(0 0 30 2 ? *)' },
    { ScheduleExpression: 'rate(4 hours)', Duration: '5h' },
    { ScheduleExpression: 'cron(0 23 ? * * *)', Duration: '2h' },
    { AutomaticallyAfterDays: 1, Duration: '99h' },
  ]) {
    it(`are refused where they are ${JSON.stringify(rules)}`, () => {
      assert.throws(() => parseRules(rules), { code: 'InvalidParameterException' });
    });
  }
});
