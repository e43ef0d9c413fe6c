import type { DescribeServicesCommandInput, DescribeServicesCommandOutput } from '@aws-sdk/client-pricing';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { formatVersion, listPage, type PriceList, priceListOf, productsIn, requireFormat } from '../pricing.ts';
import { attributeNames } from '../products.ts';

type DescribeServices = Operation<
  'DescribeServices',
  Input<DescribeServicesCommandInput>,
  Output<DescribeServicesCommandOutput>
>;

/**
 * Lists the services that have prices here, or one of them, with the attributes that its products have.
 *
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_DescribeServices.html
 */
export const describeServices = (list: PriceList): DescribeServices => ({
  name: 'DescribeServices',
  access: (_input, call) => priceListOf(call),
  handle: ({ ServiceCode, FormatVersion, MaxResults, NextToken }, _resource, call) => {
    requireFormat(FormatVersion);
    if (ServiceCode !== undefined) productsIn(list, ServiceCode, FormatVersion);
    const codes = ServiceCode === undefined ? [...list.keys()] : [ServiceCode];
    const page = { ...(MaxResults !== undefined && { MaxResults }), ...(NextToken !== undefined && { NextToken }) };
    const { items, next } = listPage(page, call, codes, (code) => code);
    return {
      FormatVersion: formatVersion,
      Services: items.map((code) => ({ ServiceCode: code, AttributeNames: [...attributeNames] })),
      ...next,
    };
  },
});
