import type { GrantOperation } from '@aws-sdk/client-kms';
import { collection } from '../../store/collection.ts';
import type { GrantConstraint } from './grant-constraints.ts';

/** A grant as it is stored: what a principal may do with one key. */
export interface GrantRecord {
  /** Place of the key. */
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Account that created it. */
  readonly issuer: string;
  /** Stored form of the grantee principal: unique ids for users and roles. */
  readonly grantee: string;
  /** Stored form of the retiring principal. */
  readonly retiring?: string;
  readonly operations: readonly GrantOperation[];
  readonly constraint?: GrantConstraint;
}

/** Every grant, by its key. */
export const grantRecords = collection<GrantRecord>('kms.grants', {
  key: ['account', 'region', 'keyId', 'id'],
  indexes: {
    grantee: ({ account, region, keyId, grantee }) => [account, region, keyId, grantee],
    name: ({ account, region, keyId, name }) => (name === undefined ? undefined : [account, region, keyId, name]),
    retiring: ({ region, retiring }) => (retiring === undefined ? undefined : [retiring, region]),
  },
});

/** How many grants a key has. */
export interface GrantCount {
  readonly grants: number;
}

/** Grant counts, kept so that CreateGrant need not count them. */
export const grantCounts = collection<GrantCount>('kms.grant-counts', { key: ['account', 'region', 'keyId'] });

/** By what the grants of one principal on one key are told apart: how many there are of each selector's first word. */
export interface Grantee {
  readonly selectors: Readonly<Record<string, number>>;
}

/** Principals that have grants, by key. */
export const grantees = collection<Grantee>('kms.grantees', { key: ['account', 'region', 'keyId', 'grantee'] });

/** What a decision needs of a grant. */
export type GrantedUse = Pick<GrantRecord, 'operations' | 'constraint'>;

/**
 * The grants of a principal on a key that one selector finds, so that a decision reads the few grants that may allow a
 * request and not the thousands of others; see `grant-lookups.ts`.
 */
export const grantedUses = collection<GrantedUse>('kms.granted-uses', {
  key: ['account', 'region', 'keyId', 'grantee', 'selector', 'id'],
});
