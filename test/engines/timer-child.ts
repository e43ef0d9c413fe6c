/**
 * Fires timers under the lease until it is told to end, and writes a log record for each. Told to by SIGUSR2, it stops
 * itself in the middle of its next transaction. Run by timers.test.ts.
 *
 * Arguments: data, name of this process, root key in base64, time to live of the lease in milliseconds.
 */
import { createSecretKey } from 'node:crypto';
import { Lease } from '../../src/events/lease.ts';
import { Scheduler } from '../../src/events/scheduler.ts';
import { openStore } from '../../src/store/open.ts';

const [data, name, key, ttlMs] = process.argv.slice(2);
const store = await openStore({
  data: data!,
  rootKey: createSecretKey(Buffer.from(key!, 'base64')),
  shared: true,
});
const lease = new Lease({ store, name: 'timers', holder: name!, ttlMs: Number(ttlMs) });
let stops = false;
process.on('SIGUSR2', () => {
  stops = true;
});
const scheduler = new Scheduler({
  store,
  lease,
  clock: { now: () => new Date(), advanceTo: () => {} },
  jobs: {
    'test.note': (tx, { id }) => {
      tx.append(JSON.stringify({ id, by: name, token: lease.token }));
      if (!stops) return;
      stops = false;
      process.kill(process.pid, 'SIGSTOP');
    },
  },
  report: () => process.stdout.write('failed\n'),
});
process.once('SIGTERM', async () => {
  await scheduler.stop();
  await store.close();
  process.exit(0);
});
await lease.keep();
scheduler.start();
process.stdout.write('watching\n');
setInterval(() => {}, 1000);
