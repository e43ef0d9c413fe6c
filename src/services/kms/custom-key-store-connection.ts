import { randomUuid } from '../../crypto/random.ts';
import type { Job } from '../../events/scheduler.ts';
import { schedule } from '../../events/timers.ts';
import { NotLoaded, type Transaction } from '../../store/store.ts';
import { destroyKind } from './cloudhsm-key-store.ts';
import type { CustomKeyStoreRecord } from './custom-key-store-record.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';

const connectKind = 'kms.connect-custom-key-store';
const disconnectKind = 'kms.disconnect-custom-key-store';

/** Begins to connect a store; how it ended, DescribeCustomKeyStores tells a moment later. */
export const startConnecting = (tx: Transaction, stores: CustomKeyStores, store: CustomKeyStoreRecord, now: Date) =>
  begin(tx, stores, { ...store, connection: 'CONNECTING' }, connectKind, now);

/** Begins to disconnect a store: from now on its keys are unavailable. */
export const startDisconnecting = (
  tx: Transaction,
  stores: CustomKeyStores,
  { failure: _past, ...store }: CustomKeyStoreRecord,
  now: Date,
) => begin(tx, stores, { ...store, connection: 'DISCONNECTING' }, disconnectKind, now);

const begin = (
  tx: Transaction,
  stores: CustomKeyStores,
  store: CustomKeyStoreRecord,
  kind: string,
  now: Date,
): void => {
  const attempt = randomUuid();
  const { account, region, id } = store;
  stores.put(tx, { ...store, attempt });
  schedule(tx, { kind, id: attempt, dueAt: now.getTime(), payload: { account, region, id, attempt } });
};

/**
 * What stores do by themselves: connect, disconnect, and destroy the objects of deleted keys. Each asks the device, or the
 * proxy, once for a timer, and waits for the answer as for a record that is not loaded.
 */
export const connectionJobs = (stores: CustomKeyStores): Readonly<Record<string, Job>> => {
  const asked = new Asked();
  const underWay = (tx: Transaction, payload: Readonly<Record<string, string>>): CustomKeyStoreRecord | undefined => {
    const store = stores.find(tx, payload.account!, payload.region!, payload.id!);
    return store?.attempt === payload.attempt ? store : undefined;
  };
  return {
    [connectKind]: (tx, { id, payload }) => {
      const store = underWay(tx, payload);
      if (!store) return;
      const failure = asked.answer(id, () => stores.connect(tx, store));
      const { attempt: _done, failure: _past, ...rest } = store;
      stores.put(tx, { ...rest, ...(failure ? { connection: 'FAILED', failure } : { connection: 'CONNECTED' }) });
    },
    [disconnectKind]: (tx, { id, payload }) => {
      const store = underWay(tx, payload);
      if (!store) return;
      asked.answer(id, () => stores.disconnect(tx, store));
      const { attempt: _done, ...rest } = store;
      stores.put(tx, { ...rest, connection: 'DISCONNECTED' });
    },
    [destroyKind]: (tx, { id, payload }) => {
      const store = stores.find(tx, payload.account!, payload.region!, payload.storeId!);
      if (!store?.hsm || store.connection !== 'CONNECTED') return;
      const cluster = stores.hsm.clusterOf(tx, store);
      if (cluster) asked.answer(id, () => stores.hsm.destroy(store, cluster, id));
    },
  };
};

/** Answers from outside, each asked for once; only the newest is kept, since jobs run one after the other. */
class Asked {
  #newest: { readonly id: string; settled?: { readonly value: unknown } | { readonly error: unknown } } | undefined;

  /** @throws {NotLoaded} it is asked for; or what `ask` rejects with */
  answer<T>(id: string, ask: () => Promise<T>): T {
    if (this.#newest?.id !== id) this.#newest = { id };
    const question = this.#newest;
    const { settled } = question;
    if (!settled) {
      const settle = (answer: { readonly value: unknown } | { readonly error: unknown }): void => {
        question.settled = answer;
      };
      const asking = ask().then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      );
      throw new NotLoaded(asking);
    }
    if ('error' in settled) {
      // The timer fires again, and asks again.
      this.#newest = undefined;
      throw settled.error;
    }
    return settled.value as T;
  }
}
