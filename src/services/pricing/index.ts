import type { Meter } from '../../kernel/meter.ts';
import type { Service } from '../../kernel/operation.ts';
import { describeServices } from './operations/describe-services.ts';
import { getAttributeValues } from './operations/get-attribute-values.ts';
import { getProducts } from './operations/get-products.ts';
import { productsOf } from './products.ts';

/** The Price List service: what AWS asks for what is metered here. @param regions of AWS's public partition */
export const pricing = (meters: readonly Meter[], regions: readonly string[]): Service => {
  const list = new Map(meters.map((meter) => [meter.serviceCode, productsOf(meter, regions)]));
  return { name: 'pricing', operations: [describeServices(list), getAttributeValues(list), getProducts(list)] };
};
