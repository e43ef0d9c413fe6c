import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

/** What every list operation of IAM takes. */
export interface ListInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** What every list operation of IAM answers beside its items. */
export interface Truncation {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/**
 * Answers one page of a list operation, IAM's way: 100 items unless told, `Marker` and `IsTruncated`.
 *
 * @param keep which items the request's filters let through; absent: all
 * @throws {Fault} `ValidationError` for a marker of another query
 */
export const listed = <T>(
  input: ListInput,
  call: Call,
  read: (page: PageRequest) => Page<T>,
  keep: (item: T) => boolean = () => true,
): { readonly items: readonly T[]; readonly truncation: Truncation } => {
  const { Marker, MaxItems = 100, ...filters } = input;
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, filters]),
    marker: Marker,
    limit: MaxItems,
    invalidMarker: () => fault('ValidationError', 'Invalid Marker.'),
    read,
    keep,
  });
  return { items, truncation: { IsTruncated: marker !== undefined, ...(marker !== undefined && { Marker: marker }) } };
};
