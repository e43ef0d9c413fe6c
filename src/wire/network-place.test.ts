import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Origin } from '../kernel/call.ts';
import type { HttpRequest } from './http-message.ts';
import { type NetworkPlace, placed } from './network-place.ts';

const proxy = '192.0.2.10';
const trusting = { trustedProxies: ['192.0.2.0/24', '2001:db8::1'] };
const vpc = { id: 'vpc-1', endpointId: 'vpce-1' };

/** Where a request of this address with these headers comes from, to a cleartext listener. */
const originOf = (place: NetworkPlace, remoteAddress: string, headers: Readonly<Record<string, string>>): Origin => {
  const request: HttpRequest = {
    method: 'POST',
    path: '/',
    query: '',
    headers,
    body: Buffer.alloc(0),
    remoteAddress,
    secure: false,
  };
  let seen: Origin | undefined;
  const handler = placed((_request, origin) => {
    seen = origin;
    return { status: 200, headers: {}, body: '' };
  }, place);
  handler(request, { sourceIp: remoteAddress, userAgent: '', secure: false });
  return seen!;
};

const rows: readonly [string, NetworkPlace, string, Readonly<Record<string, string>>, Partial<Origin>][] = [
  [
    'nobody is believed who is no trusted proxy',
    trusting,
    '203.0.113.9',
    { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'https', 'x-amzn-vpc-id': 'vpc-9' },
    { sourceIp: '203.0.113.9', secure: false },
  ],
  [
    'nobody is believed where no proxy is named',
    { trustedProxies: [] },
    proxy,
    { 'x-forwarded-for': '10.0.0.1' },
    { sourceIp: proxy },
  ],
  [
    'a trusted proxy names the client',
    trusting,
    proxy,
    { 'x-forwarded-for': '203.0.113.9' },
    { sourceIp: '203.0.113.9' },
  ],
  [
    'what the client wrote before the proxy is not believed',
    trusting,
    proxy,
    { 'x-forwarded-for': '10.0.0.1, 203.0.113.9' },
    { sourceIp: '203.0.113.9' },
  ],
  [
    'proxies behind one another are passed over',
    trusting,
    proxy,
    { 'x-forwarded-for': '10.0.0.1, 203.0.113.9, 192.0.2.11, 2001:db8::1' },
    { sourceIp: '203.0.113.9' },
  ],
  [
    'IPv6 clients, and IPv4 in IPv6',
    trusting,
    '2001:db8::1',
    { 'x-forwarded-for': '::ffff:203.0.113.9' },
    { sourceIp: '203.0.113.9' },
  ],
  [
    'what is no address leaves the proxy',
    trusting,
    proxy,
    { 'x-forwarded-for': '203.0.113.9, unknown' },
    { sourceIp: proxy },
  ],
  ['a proxy that says nothing leaves the proxy', trusting, proxy, {}, { sourceIp: proxy, secure: false }],
  [
    'a proxy says whether its client came over TLS',
    trusting,
    proxy,
    { 'x-forwarded-proto': 'https' },
    { secure: true },
  ],
  ['the last proxy decides about TLS', trusting, proxy, { 'x-forwarded-proto': 'https,http' }, { secure: false }],
  [
    'a proxy names VPC and endpoint',
    trusting,
    proxy,
    { 'x-amzn-vpc-id': 'vpc-9', 'x-amzn-vpce-id': 'vpce-9' },
    { vpc: { id: 'vpc-9', endpointId: 'vpce-9' } },
  ],
  [
    'a proxy names whose they are',
    trusting,
    proxy,
    { 'x-amzn-vpce-id': 'vpce-9', 'x-amzn-vpc-account': '111122223333' },
    { vpc: { endpointId: 'vpce-9', account: '111122223333' } },
  ],
  [
    'a listener in a VPC says so of every request',
    { trustedProxies: [], vpc },
    '203.0.113.9',
    { 'x-amzn-vpc-id': 'vpc-9' },
    { vpc, sourceIp: '203.0.113.9' },
  ],
];

describe('where a request comes from', () => {
  for (const [name, place, remoteAddress, headers, expected] of rows) {
    it(name, () => {
      const origin = originOf(place, remoteAddress, headers);
      assert.deepEqual(
        Object.fromEntries(Object.keys(expected).map((key) => [key, origin[key as keyof Origin]])),
        expected,
      );
    });
  }

  it('a proxy must be an address or a range', () => {
    for (const range of ['proxy', '192.0.2.0/33', '192.0.2.0/x', '']) {
      assert.throws(() => placed(() => assert.fail(), { trustedProxies: [range] }), RangeError, range);
    }
  });
});
