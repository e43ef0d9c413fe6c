import { hash } from 'node:crypto';
import type { GrantOperation } from '@aws-sdk/client-kms';
import type { Transaction } from '../../store/store.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { type GrantConstraint, pairsOf } from './grant-constraints.ts';
import { takesContext } from './grant-operations.ts';
import { type GrantedUse, type GrantRecord, grantedUses, grantees } from './grant-record.ts';
import type { KeyPlace } from './key-arn.ts';

/**
 * Finds the grants that may allow a request without reading those that cannot, however many a key or a principal has: each
 * grant is filed under selectors. `any`: it has no constraint. `manage`: it has one, which does not matter for managing
 * operations. Else the first pair of its constraint, which a request must have among its own.
 */
interface Selector {
  /** `any`, `manage`, or the constraint's key in lower case. */
  readonly word: string;
  /** Key part: the word itself, or a digest of the whole pair. */
  readonly part: string;
}

const any: Selector = { word: 'any', part: 'any' };
const manage: Selector = { word: 'manage', part: 'manage' };

const pairSelector = (pair: string): Selector => ({
  word: `pair ${pair.slice(0, pair.indexOf('\0'))}`,
  part: hash('sha256', pair),
});

/** Files a grant. */
export const fileGrant = (tx: Transaction, grant: GrantRecord): void => {
  const selectors = selectorsOf(grant);
  const { operations, constraint } = grant;
  for (const { part } of selectors) {
    grantedUses.put(tx, useKey(grant, part), { operations, ...(constraint && { constraint }) });
  }
  count(tx, grant, selectors, 1);
};

/** Takes a grant out of the files. */
export const unfileGrant = (tx: Transaction, grant: GrantRecord): void => {
  const selectors = selectorsOf(grant);
  for (const { part } of selectors) grantedUses.delete(tx, useKey(grant, part));
  count(tx, grant, selectors, -1);
};

const selectorsOf = ({ operations, constraint }: GrantRecord): readonly Selector[] => {
  const [first] = pairsOf(constraint?.context);
  if (!constraint || first === undefined) return [any];
  return operations.every(takesContext) ? [pairSelector(first)] : [pairSelector(first), manage];
};

const useKey = ({ account, region, keyId, grantee, id }: GrantRecord, part: string) =>
  [account, region, keyId, grantee, part, id] as const;

const count = (tx: Transaction, grant: GrantRecord, selectors: readonly Selector[], by: 1 | -1): void => {
  const key = [grant.account, grant.region, grant.keyId, grant.grantee];
  const counts = { ...grantees.find(tx, key)?.selectors };
  for (const { word } of selectors) {
    counts[word] = (counts[word] ?? 0) + by;
    if (counts[word] === 0) delete counts[word];
  }
  if (Object.keys(counts).length === 0) grantees.delete(tx, key);
  else grantees.put(tx, key, { selectors: counts });
};

/** What is asked of the grants of one principal on one key. */
export interface GrantQuery {
  readonly key: KeyPlace;
  /** Stored form of the principal. */
  readonly grantee: string;
  readonly operation: GrantOperation;
  readonly context: EncryptionContext | undefined;
}

/** Grants read at once. */
const pageSize = 100;

/** Whether one of the principal's grants that may allow the request is for the operation and passes the test. */
export const someGrant = (tx: Transaction, query: GrantQuery, test: (grant: GrantedUse) => boolean): boolean => {
  const { key, grantee, operation } = query;
  const filed = grantees.find(tx, [key.account, key.region, key.id, grantee]);
  if (!filed) return false;
  return candidates(query)
    .filter(({ word }) => filed.selectors[word])
    .some(({ part }) => {
      let after: string | undefined;
      do {
        const partition = [key.account, key.region, key.id, grantee, part];
        const { items, next } = grantedUses.list(tx, partition, { limit: pageSize, ...(after && { after }) });
        if (items.some((grant) => grant.operations.includes(operation) && test(grant))) return true;
        after = next;
      } while (after !== undefined);
      return false;
    });
};

const candidates = ({ operation, context }: GrantQuery): readonly Selector[] =>
  takesContext(operation) ? [any, ...pairsOf(context).map(pairSelector)] : [any, manage];

/** Whether two constraints are the same. */
export const isSameConstraint = (a: GrantConstraint | undefined, b: GrantConstraint | undefined): boolean =>
  a?.type === b?.type && JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (constraint: GrantConstraint | undefined): unknown => Object.entries(constraint?.context ?? {}).sort();
