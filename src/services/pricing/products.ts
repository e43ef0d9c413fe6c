import { hash } from 'node:crypto';
import type { Meter, Price } from '../../kernel/meter.ts';
import { locations } from './locations.ts';

/** One product of the price list: a kind of usage in one Region. */
export interface Product {
  readonly serviceCode: string;
  readonly sku: string;
  readonly productFamily: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly price: Price;
}

/** Every product of a service, in the Regions of AWS's public partition, by Region and usage type. */
export const productsOf = (
  { serviceCode, serviceName, prices }: Meter,
  regions: readonly string[],
): readonly Product[] =>
  regions.flatMap((regionCode) =>
    prices.map((price) => {
      const usagetype = `${regionCode}-${price.usageType}`;
      return {
        serviceCode,
        sku: skuOf(`${serviceCode} ${usagetype}`),
        productFamily: price.productFamily,
        attributes: {
          servicecode: serviceCode,
          servicename: serviceName,
          regionCode,
          location: locations[regionCode] ?? regionCode,
          locationType: 'AWS Region',
          usagetype,
          group: price.usageType,
          groupDescription: price.description,
          operation: '',
        },
        price,
      };
    }),
  );

/** Names of the attributes that every product has, `productFamily` included, as GetProducts filters by them. */
export const attributeNames = [
  'group',
  'groupDescription',
  'location',
  'locationType',
  'operation',
  'productFamily',
  'regionCode',
  'servicecode',
  'servicename',
  'usagetype',
];

/** @returns undefined for an attribute that products have not */
export const attributeOf = (product: Product, name: string): string | undefined =>
  name === 'productFamily' ? product.productFamily : product.attributes[name];

const onDemandTerm = 'JRTCKXETXF';
const perUnitRate = '6YS6EN2CT7';

/** A product as GetProducts answers it: a JSON text. @param date when the prices came into force */
export const priceListEntry = ({ serviceCode, sku, productFamily, attributes, price }: Product, date: Date): string => {
  const offer = `${sku}.${onDemandTerm}`;
  const rateCode = `${offer}.${perUnitRate}`;
  return JSON.stringify({
    product: { productFamily, attributes, sku },
    serviceCode,
    terms: {
      OnDemand: {
        [offer]: {
          priceDimensions: {
            [rateCode]: {
              unit: price.unit,
              endRange: 'Inf',
              description: price.description,
              appliesTo: [],
              rateCode,
              beginRange: '0',
              pricePerUnit: { USD: price.usd },
            },
          },
          sku,
          effectiveDate: date.toISOString(),
          offerTermCode: onDemandTerm,
          termAttributes: {},
        },
      },
    },
    version: date.toISOString().replace(/\D/g, '').slice(0, 14),
    publicationDate: date.toISOString(),
  });
};

/** 16 capitals and digits, like AWS's; made from what the product is. */
const skuOf = (what: string): string =>
  BigInt(`0x${hash('sha256', what)}`)
    .toString(36)
    .toUpperCase()
    .slice(0, 16);
