import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
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
    invalidMarker,
    read,
    keep,
  });
  return { items, truncation: { IsTruncated: marker !== undefined, ...(marker !== undefined && { Marker: marker }) } };
};

/** IAM's answer to a marker that no answer gave for the query. */
export const invalidMarker = (): Fault => fault('ValidationError', 'Invalid Marker.');

/**
 * Pages through sources one after the other; positions in them are told apart by a digit.
 *
 * @throws {Fault} `ValidationError` for a marker that names none of them
 */
export const inSequence =
  <T>(...sources: readonly ((page: PageRequest) => Page<T>)[]) =>
  ({ after, limit }: PageRequest): Page<T> => {
    const index = after === undefined ? 0 : Number(after[0]);
    const position = after?.slice(1);
    const source = sources[index];
    if (!source) throw invalidMarker();
    const { items, next } = source({ limit, ...(position && { after: position }) });
    if (next !== undefined) return { items, next: `${index}${next}` };
    return { items, next: index + 1 < sources.length ? String(index + 1) : undefined };
  };
