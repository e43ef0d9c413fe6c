import type { Filter, GetProductsCommandInput, GetProductsCommandOutput } from '@aws-sdk/client-pricing';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { formatVersion, listPage, type PriceList, priceListOf, productsIn, requireAttribute } from '../pricing.ts';
import { attributeOf, type Product, priceListEntry } from '../products.ts';

type GetProducts = Operation<'GetProducts', Input<GetProductsCommandInput>, Output<GetProductsCommandOutput>>;

/**
 * Lists the products of a service, with prices, that pass all filters.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
 */
export const getProducts = (list: PriceList): GetProducts => ({
  name: 'GetProducts',
  access: (_input, call) => priceListOf(call),
  handle: (input, _resource, call) => {
    const { ServiceCode, FormatVersion, Filters = [], MaxResults, NextToken } = input;
    const filters = Filters.map(filterOf);
    const products = productsIn(list, ServiceCode, FormatVersion).filter((product) =>
      filters.every((keep) => keep(product)),
    );
    const page = {
      Filters,
      ServiceCode,
      ...(MaxResults !== undefined && { MaxResults }),
      ...(NextToken !== undefined && { NextToken }),
    };
    const { items, next } = listPage(page, call, products, ({ sku }) => sku);
    return {
      FormatVersion: formatVersion,
      PriceList: items.map((product) => priceListEntry(product, publishedAt)),
      ...next,
    };
  },
});

/** When the prices were read from AWS's list. */
const publishedAt = new Date('2026-11-01T00:00:00Z');

const filterOf = ({ Type, Field = '', Value = '' }: Filter): ((product: Product) => boolean) => {
  requireAttribute(Field);
  const values = Value.split(',').map((value) => value.trim());
  return (product) => {
    const actual = attributeOf(product, Field) ?? '';
    if (Type === 'CONTAINS') return actual.includes(Value);
    if (Type === 'ANY_OF') return values.includes(actual);
    if (Type === 'NONE_OF') return !values.includes(actual);
    return actual === Value;
  };
};
