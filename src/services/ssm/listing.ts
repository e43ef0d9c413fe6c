import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

/** Members that every list operation takes. */
interface ListInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * Answers one page of a list operation.
 *
 * @param most items of a page, and as many where the request does not say
 * @throws {Fault} InvalidNextToken
 */
export const listPage = <T>(
  input: ListInput,
  call: Call,
  most: number,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } => {
  const { MaxResults: limit = most, NextToken, ...filters } = input;
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, call.region, filters]),
    marker: NextToken,
    limit,
    invalidMarker: () => fault('InvalidNextToken', 'The specified token is not valid.'),
    read,
    ...(keep && { keep }),
  });
  return { items, next: marker === undefined ? {} : { NextToken: marker } };
};
