import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { paged } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

/** Members that every list operation takes. */
interface ListInput {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

/** How many items a page has. */
interface PageSize {
  readonly default: number;
  /** Where it is below the model's 1,000. */
  readonly max?: number;
}

/** Members that every list operation answers. */
interface Truncation {
  readonly NextMarker?: string;
  readonly Truncated: boolean;
}

/**
 * Answers one page of a list operation.
 *
 * @throws {Fault} InvalidMarkerException; ValidationException above the maximum
 */
export const listPage = <T>(
  input: ListInput,
  call: Call,
  size: PageSize,
  read: (page: PageRequest) => Page<T>,
): { readonly items: T[]; readonly truncation: Truncation } => {
  const { Limit: limit = size.default, Marker, ...filters } = input;
  if (size.max !== undefined && limit > size.max) throw limitTooHigh(limit, size.max);
  const { items, marker } = paged({
    query: JSON.stringify([call.operation, call.account, call.region, filters]),
    marker: Marker,
    limit,
    invalidMarker: () => fault('InvalidMarkerException', 'The marker is not valid.'),
    read,
  });
  return {
    items: [...items],
    truncation: marker === undefined ? { Truncated: false } : { NextMarker: marker, Truncated: true },
  };
};

const limitTooHigh = (limit: number, max: number) =>
  fault(
    'ValidationException',
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
