import { accountOfAccessKeyId } from './kernel/access-key-id.ts';
import type { Caller } from './kernel/caller.ts';
import type { Services } from './service-set.ts';
import type { Store } from './store/store.ts';

/**
 * Open mode's answer to a key that this server does not know: the root user of the account that 12 digits name, else of
 * `home`. A key id that carries an account of this server was issued here and is deleted, or its session token is
 * altered: nobody acts under it.
 */
export const administratorOf =
  (home: string, store: Store, { identity, accounts }: Services) =>
  (accessKeyId: string): Caller | undefined => {
    const issuer = accountOfAccessKeyId(accessKeyId);
    if (issuer !== undefined && identity.rootAccessKeyIds(store.begin(), issuer)) return undefined;
    const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : home;
    if (accounts.lookup.isClosed(store.begin(), account)) return undefined;
    return {
      kind: 'root',
      account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
      accessKeyId,
      unverified: true,
    };
  };
