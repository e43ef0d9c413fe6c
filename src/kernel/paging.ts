import { hash } from 'node:crypto';
import type { Page, PageRequest } from '../store/collection.ts';
import type { Fault } from './fault.ts';

/** What a list operation asks for. */
export interface Listing<T> {
  /** Identity of the query: operation, account and every filter. A marker works only for the query that made it. */
  readonly query: string;
  /** The marker of the previous answer, as the client sent it back. */
  readonly marker: string | undefined;
  /** Most items to return. */
  readonly limit: number;
  /** The service's error for a marker that is damaged or belongs to another query. */
  readonly invalidMarker: () => Fault;
  /** Reads a page of the whole, e.g. `(page) => keys.list(tx, [account, region], page)`. */
  readonly read: (page: PageRequest) => Page<T>;
  /** Which items belong to the answer; absent: all. */
  readonly keep?: (item: T) => boolean;
  /** Items to look at: then the page is answered as it is, short or empty. Absent: as many as a full page takes. */
  readonly most?: number;
}

/** One page of an answer. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** Present when there may be more. */
  readonly marker?: string;
}

/**
 * Answers one page of a list operation.
 *
 * A filtered list reads on until the page is full or the source ends, so that only its last page may be empty; or until it
 * has looked at as many as it may.
 *
 * @throws {Fault} `invalidMarker`
 */
export const paged = <T>({ query, marker, limit, invalidMarker, read, keep, most }: Listing<T>): Listed<T> => {
  let after = marker === undefined ? undefined : parseMarker(query, marker);
  if (marker !== undefined && after === undefined) throw invalidMarker();
  const items: T[] = [];
  let seen = 0;
  do {
    const missing = limit - items.length;
    seen += missing;
    const page = read({ limit: missing, ...(after !== undefined && { after }) });
    for (const item of page.items) if (!keep || keep(item)) items.push(item);
    after = page.next;
  } while (after !== undefined && items.length < limit && !(most !== undefined && seen >= most));
  return after === undefined ? { items } : { items, marker: formatMarker(query, after) };
};

/**
 * Pages through a list that lives inside one record.
 *
 * @param items in ascending code-point order of their keys
 */
export const pageOf =
  <T>(items: readonly T[], keyOf: (item: T) => string) =>
  ({ after, limit }: PageRequest): Page<T> => {
    const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
    const shown = rest.slice(0, limit);
    return { items: shown, next: rest.length > limit ? keyOf(shown.at(-1)!) : undefined };
  };

/** Bytes of the digest that ties a marker to its query; it protects clients from their own mistakes, not secrets. */
const digestBytes = 8;

/** `base64url(SHA-256(query ‖ 0 ‖ after)[0..8] ‖ after)`; opaque to clients. */
const formatMarker = (query: string, after: string): string =>
  Buffer.concat([digestOf(query, after), Buffer.from(after)]).toString('base64url');

const parseMarker = (query: string, marker: string): string | undefined => {
  const bytes = Buffer.from(marker, 'base64url');
  if (bytes.length <= digestBytes || bytes.toString('base64url') !== marker) return undefined;
  const after = bytes.toString('utf8', digestBytes);
  // Anybody can make a marker; no item is under a key with NUL in it.
  if (after.includes('\0')) return undefined;
  return digestOf(query, after).equals(bytes.subarray(0, digestBytes)) ? after : undefined;
};

const digestOf = (query: string, after: string): Buffer =>
  hash('sha256', `${query}\0${after}`, 'buffer').subarray(0, digestBytes);
