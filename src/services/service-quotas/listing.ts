import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

/** Members that every list operation takes. */
interface ListInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const defaultPageSize = 100;

/**
 * Answers one page of a list operation. Tokens are base64, since the model allows no others.
 *
 * @throws {Fault} InvalidPaginationTokenException
 */
export const listPage = <T>(
  input: ListInput,
  call: Call,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } => {
  const { MaxResults: limit = defaultPageSize, NextToken, ...filters } = input;
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, call.region, filters]),
    marker: NextToken === undefined ? undefined : Buffer.from(NextToken, 'base64').toString('base64url'),
    limit,
    invalidMarker: () => fault('InvalidPaginationTokenException', 'The pagination token is not valid.'),
    read,
    ...(keep && { keep }),
  });
  return {
    items,
    next: marker === undefined ? {} : { NextToken: Buffer.from(marker, 'base64url').toString('base64') },
  };
};
