import type { GetAttributeValuesCommandInput, GetAttributeValuesCommandOutput } from '@aws-sdk/client-pricing';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { listPage, type PriceList, priceListOf, productsIn, requireAttribute } from '../pricing.ts';
import { attributeOf } from '../products.ts';

type GetAttributeValues = Operation<
  'GetAttributeValues',
  Input<GetAttributeValuesCommandInput>,
  Output<GetAttributeValuesCommandOutput>
>;

/**
 * Lists the values that an attribute has among the products of a service.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetAttributeValues.html
 */
export const getAttributeValues = (list: PriceList): GetAttributeValues => ({
  name: 'GetAttributeValues',
  access: (_input, call) => priceListOf(call),
  handle: ({ ServiceCode, AttributeName, MaxResults, NextToken }, _resource, call) => {
    const products = productsIn(list, ServiceCode, undefined);
    requireAttribute(AttributeName);
    const values = [...new Set(products.map((product) => attributeOf(product, AttributeName) ?? ''))];
    const page = {
      ServiceCode,
      AttributeName,
      ...(MaxResults !== undefined && { MaxResults }),
      ...(NextToken !== undefined && { NextToken }),
    };
    const { items, next } = listPage(page, call, values, (value) => value);
    return { AttributeValues: items.map((Value) => ({ Value })), ...next };
  },
});
