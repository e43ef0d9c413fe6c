import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

const defaultItems = 50;

/** One page of a list operation, at most 50 items. @throws {Fault} InvalidParameterValueException */
export const listPage = <T>(
  { Marker, MaxItems = defaultItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  { operation, account, region }: Call,
  subject: string,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): { readonly items: readonly T[]; readonly next: { readonly NextMarker?: string } } => {
  const { items, marker } = paged({
    query: `${operation} ${account} ${region} ${subject}`,
    marker: Marker,
    limit: Math.min(MaxItems, defaultItems),
    invalidMarker: () => fault('InvalidParameterValueException', 'The pagination token is not valid.'),
    read,
    ...(keep && { keep }),
  });
  return { items, next: marker === undefined ? {} : { NextMarker: marker } };
};
