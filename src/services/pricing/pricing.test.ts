import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DescribeServicesCommand,
  type Filter,
  GetAttributeValuesCommand,
  GetProductsCommand,
  PricingClient,
} from '@aws-sdk/client-pricing';
import { testServer } from '../../testing/server.ts';

const inVirginia = { Type: 'TERM_MATCH' as const, Field: 'regionCode', Value: 'us-east-1' };

describe('the price list', async () => {
  const server = await testServer();
  const pricing = server.client(PricingClient);

  it('has KMS keys at $1 a month and requests at $0.03 for 10,000', async () => {
    const { PriceList = [] } = await pricing.send(
      new GetProductsCommand({ ServiceCode: 'awskms', Filters: [inVirginia] }),
    );
    const prices = PriceList.map((text: unknown): string[] => {
      const { product, terms } = JSON.parse(String(text));
      const [term] = Object.values(terms.OnDemand) as { priceDimensions: object }[];
      const [rate] = Object.values(term!.priceDimensions) as { pricePerUnit: { USD: string }; unit: string }[];
      return [product.attributes.usagetype, rate!.pricePerUnit.USD, rate!.unit];
    });
    assert.ok(prices.some((price: string[]) => String(price) === 'us-east-1-KMS-Keys,1.0000000000,Keys-Month'));
    assert.ok(prices.some((price: string[]) => String(price) === 'us-east-1-KMS-Requests,0.0000030000,Requests'));
  });

  it('finds the products of a Region by where it is, and has a place for every Region', async () => {
    const place = { Type: 'TERM_MATCH' as const, Field: 'location', Value: 'US East (N. Virginia)' };
    const findBy = async (filter: Filter) =>
      (await pricing.send(new GetProductsCommand({ ServiceCode: 'awskms', Filters: [filter] }))).PriceList!.map(String);
    const found = await findBy(place);
    assert.ok(found.length > 0);
    assert.deepEqual(found, await findBy(inVirginia));
    const valuesOf = async (AttributeName: string) =>
      (await pricing.send(new GetAttributeValuesCommand({ ServiceCode: 'awskms', AttributeName }))).AttributeValues!;
    const places = await valuesOf('location');
    assert.equal(places.length, (await valuesOf('regionCode')).length);
    assert.ok(places.every(({ Value }) => Value!.endsWith(')')));
  });

  it('is told in pages', async () => {
    const seen: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page = await pricing.send(new GetProductsCommand({ ServiceCode: 'awskms', MaxResults: 50, NextToken }));
      seen.push(...page.PriceList!);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.length > 100);
  });

  it('names services, attributes and their values', async () => {
    const { Services } = await pricing.send(new DescribeServicesCommand({ ServiceCode: 'awskms' }));
    assert.ok(Services![0]!.AttributeNames!.includes('usagetype'));
    const values = await pricing.send(
      new GetAttributeValuesCommand({ ServiceCode: 'awskms', AttributeName: 'productFamily' }),
    );
    assert.deepEqual(
      values.AttributeValues?.map(({ Value }) => Value),
      ['API Request', 'Encryption Key'],
    );
  });

  const wrong: readonly [sentence: string, command: GetProductsCommand, name: string][] = [
    ['an unknown service', new GetProductsCommand({ ServiceCode: 'braket' }), 'InvalidParameterException'],
    [
      'an unknown attribute',
      new GetProductsCommand({ ServiceCode: 'awskms', Filters: [{ ...inVirginia, Field: 'colour' }] }),
      'InvalidParameterException',
    ],
    [
      'a token that it did not give',
      new GetProductsCommand({ ServiceCode: 'awskms', NextToken: 'x' }),
      'InvalidNextTokenException',
    ],
  ];
  for (const [sentence, command, name] of wrong) {
    it(`refuses ${sentence}`, () => assert.rejects(pricing.send(command), { name }));
  }

  it('is for those who may see prices', async () => {
    const alice = server.client(PricingClient, await server.user('alice'));
    await assert.rejects(alice.send(new DescribeServicesCommand({})), { name: 'AccessDeniedException' });
  });
});
