import type { Transaction } from '../../store/store.ts';
import { rootOwner } from './access-key-owners.ts';
import type { AccessKeys, ChosenKeyPair, NewAccessKey } from './access-keys.ts';
import { type AccountRecord, accounts } from './accounts.ts';

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
): NewAccessKey => accessKeys.create(tx, rootOwner(accounts.ensure(tx, account, now)), now, chosen);

/** Deletes every access key of an account's root user and makes a new one. */
export const resetRootAccessKey = (
  tx: Transaction,
  accessKeys: AccessKeys,
  account: string,
  now: Date,
  chosen?: ChosenKeyPair,
): NewAccessKey => {
  const record = accounts.ensure(tx, account, now);
  for (const accessKeyId of record.rootAccessKeyIds) deleteOne(tx, accessKeys, account, accessKeyId);
  return createRootAccessKey(tx, accessKeys, account, now, chosen);
};

const deleteOne = (tx: Transaction, accessKeys: AccessKeys, account: string, accessKeyId: string): void =>
  accessKeys.delete(tx, rootOwner(accounts.find(tx, account) as AccountRecord), accessKeyId);
