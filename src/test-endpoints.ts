import type { Running } from './compose.ts';
import type { Config } from './config.ts';
import { randomUuid } from './crypto/random.ts';
import { type PublishedEvent, waitingEvents } from './events/outbox.ts';
import { TimersElsewhere } from './events/scheduler.ts';
import { parseDuration } from './kernel/clock.ts';
import { Fault } from './kernel/fault.ts';
import { parseSeed, SeedError } from './seed.ts';
import { type AdminHandler, type AdminRoutes, adminAnswer } from './wire/admin.ts';

/** What the endpoints act on. */
type Controls = Pick<Running, 'store' | 'clock' | 'advanceTo' | 'applySeed' | 'reset'>;

/** The server's own routes: health always; reset, clock, seed, journal and events in open mode, or where configured. */
export const adminRoutes = (controls: Controls, config: Config): AdminRoutes => ({
  'GET /_bulwark/health': () => {
    const facts = { mode: config.mode, time: controls.clock.now().toISOString() };
    if (controls.store.figures().outage === undefined) return answer(200, { status: 'ready', ...facts });
    return answer(503, { status: 'unavailable', ...facts, reason: unavailable });
  },
  ...((config.mode === 'open' || config.testEndpoints) && testRoutes(controls, config)),
});

/** Whoever asks learns no more: the words of a database may name its host and its users. */
const unavailable =
  'disk or database refuses what is to be stored; "bulwark status" on the machine of this server says why';

const testRoutes = (controls: Controls, config: Config): AdminRoutes => ({
  'POST /_bulwark/reset': async () => {
    await controls.reset();
    return answer(200, { status: 'reset' });
  },
  'POST /_bulwark/clock': async ({ body }) => {
    const span = parseDuration(advanceOf(body.toString()));
    if (span === undefined)
      return answer(400, { message: 'expected {"advance":"400d"}: a whole number and s, m, h or d' });
    const target = new Date(controls.clock.now().getTime() + span);
    if (!(target.getTime() < latestTime)) return answer(400, { message: 'time ends in the year 9999' });
    try {
      await controls.advanceTo(target);
    } catch (error) {
      if (!(error instanceof TimersElsewhere)) throw error;
      return answer(409, { message: elsewhere });
    }
    return answer(200, { time: controls.clock.now().toISOString() });
  },
  'GET /_bulwark/journal': async ({ query }) => {
    const asked = new URLSearchParams(query);
    const [after, limit] = [Number(asked.get('after') ?? 0), Number(asked.get('limit') ?? maxRecords)];
    if (!(Number.isSafeInteger(after) && after >= 0 && Number.isSafeInteger(limit) && limit > 0))
      return answer(400, { message: 'expected ?after=SEQUENCE&limit=NUMBER' });
    return answer(200, { records: await controls.store.readLog(after, Math.min(limit, maxRecords)) });
  },
  'GET /_bulwark/events': async ({ query }) => {
    const after = new URLSearchParams(query).get('after') ?? undefined;
    const { events, next } = await controls.store.transact((tx) => waitingEvents(tx, maxRecords, after));
    return answer(200, { events: events.map(toEnvelope), ...(next !== undefined && { next }) });
  },
  'POST /_bulwark/seed': refusing(async ({ body }) => {
    await controls.applySeed(parseSeed(body.toString(), config));
    return answer(200, { status: 'seeded' });
  }),
});

const elsewhere =
  'another host that shares the database fires the timers, and nothing was moved: test clocks are for one host alone';

/** Journal records, or events, in one answer. */
const maxRecords = 1000;

/** An event as targets of EventBridge get it. @see EventBridge user guide: "AWS service events" */
const toEnvelope = ({ id, time, account, region, source, detailType, resources, detail }: PublishedEvent) => ({
  ...{ version: '0', id, 'detail-type': detailType, source, account },
  ...{ time: new Date(time).toISOString(), region, resources, detail },
});

/** Timers are ordered by ISO 8601 text, which has four-digit years until then. */
const latestTime = Date.UTC(9999, 0);

const answer = (status: number, body: object): ReturnType<typeof adminAnswer> =>
  adminAnswer(status, body, randomUuid());

const refusing =
  (handler: AdminHandler): AdminHandler =>
  async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (error instanceof SeedError) return answer(400, { message: error.message });
      if (error instanceof Fault) return answer(400, { code: error.code, message: error.message });
      throw error;
    }
  };

const advanceOf = (body: string): string => {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'advance' in parsed ? String(parsed.advance) : '';
  } catch {
    return '';
  }
};
