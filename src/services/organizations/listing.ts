import type { Call } from '../../kernel/call.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { invalidInput } from './faults.ts';

/** Items of a page where the request does not say, and the most it may say. */
const pageSize = 20;

/**
 * Answers one page of a list operation.
 *
 * @param input every member but the token and the size is a filter: a token works only with the filters it was made with
 * @throws {Fault} InvalidInputException for a token that this query did not make
 */
export const listPage = <T>(
  {
    NextToken,
    MaxResults = pageSize,
    ...filters
  }: {
    readonly NextToken?: string | undefined;
    readonly MaxResults?: number | undefined;
  },
  call: Call,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } => {
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, filters]),
    marker: NextToken,
    limit: MaxResults,
    invalidMarker: () => invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid value.'),
    read,
    ...(keep && { keep }),
  });
  return { items, next: marker === undefined ? {} : { NextToken: marker } };
};
