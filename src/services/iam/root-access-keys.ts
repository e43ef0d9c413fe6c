import type { Transaction } from '../../store/store.ts';
import { type AccessKeyOwner, rootOwner } from './access-key-owners.ts';
import type { AccessKeys, ChosenKeyPair, NewAccessKey } from './access-keys.ts';
import { accounts } from './accounts.ts';

/**
 * Makes an access key for an account's root user; the account comes into being with it.
 *
 * @param chosen absent: a generated pair
 * @throws {Fault} `LimitExceeded` for a third key, `EntityAlreadyExists` for a chosen id in use
 */
export const createRootAccessKey = (
  tx: Transaction,
  accessKeys: AccessKeys,
  account: string,
  now: Date,
  chosen?: ChosenKeyPair,
): NewAccessKey => accessKeys.create(tx, ownerOf(tx, account, now), now, chosen);

/** Deletes every access key of an account's root user and makes a new one. */
export const resetRootAccessKey = (
  tx: Transaction,
  accessKeys: AccessKeys,
  account: string,
  now: Date,
  chosen?: ChosenKeyPair,
): NewAccessKey => {
  for (const accessKeyId of ownerOf(tx, account, now).accessKeyIds) {
    accessKeys.delete(tx, ownerOf(tx, account, now), accessKeyId);
  }
  return createRootAccessKey(tx, accessKeys, account, now, chosen);
};

const ownerOf = (tx: Transaction, account: string, now: Date): AccessKeyOwner =>
  rootOwner(accounts.findOrNew(tx, account, now));
