import type { Meter } from '../kernel/meter.ts';
import { collection } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';
import { JournalFollower } from './journal-follower.ts';
import { bookRecord, type Holding, type UsageBook, type Uses } from './usage-book.ts';

const uses = collection<Uses>('metering.uses', { key: ['account', 'day', 'kind'] });
const holdings = collection<Holding>('metering.holdings', { key: ['account', 'held'] });

const pageSize = 1000;

/** Usage as it is metered from the journal and kept in the store. */
export class StoredUsage {
  readonly #follower: JournalFollower;

  constructor(store: Store, meters: readonly Meter[]) {
    this.#follower = new JournalFollower(store, {
      name: 'metering',
      take: (tx, records) => {
        const book = bookIn(tx);
        for (const record of records) bookRecord(book, meters, record);
      },
    });
  }

  /** Meters what the journal has by now; to be called before reading, and now and then so that it has little to do. */
  catchUp(): Promise<void> {
    return this.#follower.catchUp();
  }

  bookIn(tx: Transaction): UsageBook {
    return bookIn(tx);
  }
}

const bookIn = (tx: Transaction): UsageBook => ({
  add: (use) => {
    const { account, hour, region, serviceCode, usageType } = use;
    const key = [account, hour.slice(0, 10), `${hour} ${serviceCode} ${region} ${usageType}`];
    uses.put(tx, key, { ...use, quantity: (uses.find(tx, key)?.quantity ?? 0) + 1 });
  },
  find: (account, held) => holdings.find(tx, [account, held]),
  put: (holding) => holdings.put(tx, [holding.account, holding.held], holding),
  usesOf: (account, day) => everyPage((page) => uses.list(tx, [account, day], page)),
  holdingsOf: (account) => everyPage((page) => holdings.list(tx, [account], page)),
});

function* everyPage<T>(
  read: (page: { limit: number; after?: string }) => {
    readonly items: readonly T[];
    readonly next: string | undefined;
  },
): Generator<T> {
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = read({ limit: pageSize, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  }
}
