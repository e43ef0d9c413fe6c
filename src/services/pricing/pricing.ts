import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import { anyResource, type Resource } from '../../kernel/operation.ts';
import { paged, pageOf } from '../../kernel/paging.ts';
import { attributeNames, type Product } from './products.ts';

/** The price list: products by service code. */
export type PriceList = ReadonlyMap<string, readonly Product[]>;

/** The only format there is. */
export const formatVersion = 'aws_v1';

/** What every operation is about: the price list, which has no ARN. */
export const priceListOf = ({ account }: Call): { readonly resource: Resource } => ({ resource: anyResource(account) });

/** The products of a service. @throws {Fault} InvalidParameterException: it is not in the list, or the format is another */
export const productsIn = (list: PriceList, serviceCode: string, format: string | undefined): readonly Product[] => {
  requireFormat(format);
  const products = list.get(serviceCode);
  if (!products) throw invalid(`Input Parameters are invalid. ServiceCode ${serviceCode} is not in the price list`);
  return products;
};

/** @throws {Fault} InvalidParameterException */
export const requireFormat = (format: string | undefined): void => {
  if (format !== undefined && format !== formatVersion) throw invalid(`The format version ${format} does not exist`);
};

/** @throws {Fault} InvalidParameterException: products have no such attribute */
export const requireAttribute = (name: string): void => {
  if (!attributeNames.includes(name)) throw invalid(`${name} is not an attribute of the service's products`);
};

/** Answers one page. @throws {Fault} InvalidNextTokenException */
export const listPage = <T>(
  { MaxResults: limit = 100, NextToken, ...filters }: { readonly MaxResults?: number; readonly NextToken?: string },
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } => {
  if (limit < 1 || limit > 100) throw invalid('MaxResults must be from 1 to 100');
  const { items: shown, marker } = paged({
    query: JSON.stringify([call.operation, filters]),
    marker: NextToken,
    limit,
    invalidMarker: () => fault('InvalidNextTokenException', 'The pagination token is invalid.'),
    read: pageOf(
      items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      keyOf,
    ),
  });
  return { items: shown, next: marker === undefined ? {} : { NextToken: marker } };
};

const invalid = (message: string): Fault => fault('InvalidParameterException', message);
