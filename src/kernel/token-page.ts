import type { Page, PageRequest } from '../store/collection.ts';
import type { Call } from './call.ts';
import type { Fault } from './fault.ts';
import { paged } from './paging.ts';

/** Members that list operations with tokens take; every other member is a filter, and a token works only with its own. */
export interface TokenInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page of an answer, and the member that continues it. */
export interface TokenPage<T> {
  readonly items: readonly T[];
  readonly next: { readonly NextToken?: string };
}

/** How a service pages. */
export interface TokenRules {
  /** Items of a page where the request does not say. */
  readonly usual: number;
  /** The service's error for a token that this query did not make. */
  readonly invalidToken: () => Fault;
  /** Items to look at for one answer; absent: as many as a full page takes. */
  readonly most?: number;
}

/**
 * Answers one page of a list operation that takes `MaxResults` and `NextToken`.
 *
 * @throws {Fault} `invalidToken`
 */
export const tokenPage = <T>(
  { MaxResults, NextToken, ...filters }: TokenInput,
  call: Call,
  { usual, invalidToken, most }: TokenRules,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): TokenPage<T> => {
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, call.region, filters]),
    marker: NextToken,
    limit: MaxResults ?? usual,
    invalidMarker: invalidToken,
    read,
    ...(most !== undefined && { most }),
    ...(keep && { keep }),
  });
  return { items, next: marker === undefined ? {} : { NextToken: marker } };
};
