import { BlockList, isIP } from 'node:net';
import type { Origin, VpcOrigin } from '../kernel/call.ts';
import type { HttpRequest } from './http-message.ts';
import type { Handler } from './http-server.ts';

/** Where a listener stands in a network, as its operator says. */
export interface NetworkPlace {
  /** Proxies whose word counts: addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  /** The VPC that every request of this listener comes from, and the endpoint it comes through. */
  readonly vpc?: VpcOrigin | undefined;
}

/**
 * Tells the handler where requests come from, beyond what the socket says. A request of a trusted proxy has the address of
 * `X-Forwarded-For` that no trusted proxy has, from the right; is secure where `X-Forwarded-Proto` says `https`; and comes
 * from the VPC and endpoint of `X-Amzn-Vpc-Id` and `X-Amzn-Vpce-Id`, which the account of `X-Amzn-Vpc-Account` owns. Nobody
 * else is believed.
 *
 * @throws {RangeError} a proxy that is neither an address nor a range
 */
export const placed = (handler: Handler, { trustedProxies, vpc }: NetworkPlace): Handler => {
  if (trustedProxies.length === 0 && !vpc) return handler;
  const proxies = blockListOf(trustedProxies);
  return (request, origin, overloaded) => {
    const here: Origin = vpc ? { ...origin, vpc } : origin;
    return handler(request, isIn(proxies, origin.sourceIp) ? forwarded(request, here, proxies) : here, overloaded);
  };
};

const forwarded = ({ headers }: HttpRequest, origin: Origin, proxies: BlockList): Origin => {
  const chain = (headers['x-forwarded-for'] ?? '').split(',').map((address) => address.trim().replace(/^::ffff:/i, ''));
  const client = chain.findLast((address) => !isIn(proxies, address));
  const scheme = headers['x-forwarded-proto']?.split(',').at(-1)?.trim();
  const [id, endpointId] = [headers['x-amzn-vpc-id'], headers['x-amzn-vpce-id']];
  const vpc =
    id === undefined && endpointId === undefined
      ? origin.vpc
      : vpcOriginOf(id, endpointId, headers['x-amzn-vpc-account']);
  return {
    ...origin,
    // What is no address says nothing: the proxy itself is then all that is known.
    sourceIp: client !== undefined && isIP(client) > 0 ? client : origin.sourceIp,
    secure: scheme === undefined ? origin.secure : scheme === 'https',
    ...(vpc && { vpc }),
  };
};

/** @param id of the VPC; @param endpointId of its endpoint; @param account that owns them; each may be unknown */
const vpcOriginOf = (
  id: string | undefined,
  endpointId: string | undefined,
  account: string | undefined,
): VpcOrigin => ({
  ...(id !== undefined && { id }),
  ...(endpointId !== undefined && { endpointId }),
  ...(account !== undefined && { account }),
});

const isIn = (list: BlockList, address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

const blockListOf = (ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const full = family === 'ipv4' ? 32 : 128;
    const length = bits === undefined ? full : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || !(length <= full))
      throw new RangeError(`"${range}" is neither an address nor a CIDR range`);
    list.addSubnet(address, length, family);
  }
  return list;
};
