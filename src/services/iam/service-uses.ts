import { Noted } from '../../kernel/noted.ts';
import { collection } from '../../store/collection.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { timestamp } from './names.ts';
import { roles } from './roles.ts';
import { users } from './users.ts';

/** The last request of one user or role to one service. */
export interface ServiceUse {
  readonly entityId: string;
  /** Service prefix, e.g. `kms`. */
  readonly service: string;
  readonly at: string;
  readonly region: string;
}

const records = collection<ServiceUse>('iam.service-uses', { key: ['entityId', 'service'] });

/** More services than there are, so that one page holds all. */
const allServices = { limit: 1000 };

/**
 * Which services each user and role used last, and when. Like access keys' last use it is noted in memory, without a write
 * per request, and made durable now and then.
 */
export class ServiceUses {
  /** By user or role, and service. */
  readonly #noted: Noted<Map<string, NotedUse>>;

  constructor(store: Store) {
    this.#noted = new Noted(store, (earlier, later) => new Map([...earlier, ...later]));
  }

  /** Called for each request whose signature was verified. @param entityId unique id of the user or role */
  note(entityId: string, at: Date, region: string, service: string): void {
    const use = this.#noted.find(entityId)?.get(service);
    if (!use) this.#noteNew(entityId, at, region, service);
    else {
      use.at = at;
      use.region = region;
    }
  }

  #noteNew(entityId: string, at: Date, region: string, service: string): void {
    let services = this.#noted.find(entityId);
    if (!services) {
      services = new Map();
      this.#noted.set(entityId, services);
    }
    services.set(service, { at, region });
  }

  /** Every service that the user or role used, by name. */
  list(tx: Transaction, entityId: string): readonly ServiceUse[] {
    const uses = new Map(records.list(tx, [entityId], allServices).items.map((use) => [use.service, use]));
    for (const [service, { at, region }] of this.#noted.find(entityId) ?? []) {
      uses.set(service, { entityId, service, at: timestamp(at), region });
    }
    return [...uses.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  /** The last use of all; undefined: never used. */
  latest(tx: Transaction, entityId: string): ServiceUse | undefined {
    return this.list(tx, entityId).reduce<ServiceUse | undefined>(
      (latest, use) => (latest && latest.at >= use.at ? latest : use),
      undefined,
    );
  }

  /** Writes what was noted since the last flush. */
  flush(): Promise<void> {
    return this.#noted.flush((tx, noted) => {
      for (const [entityId, services] of noted) {
        if (!users.findById(tx, entityId) && !roles.findById(tx, entityId)) continue;
        for (const [service, { at, region }] of services) {
          records.put(tx, [entityId, service], { entityId, service, at: timestamp(at), region });
        }
      }
    });
  }
}

/** Forgets the uses of a user or role that is being deleted. */
export const forgetServiceUses = (tx: Transaction, entityId: string): void => {
  for (const { service } of records.list(tx, [entityId], allServices).items) records.delete(tx, [entityId, service]);
};

interface NotedUse {
  at: Date;
  region: string;
}
