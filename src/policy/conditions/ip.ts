import { isIPv4, isIPv6 } from 'node:net';
import { type Pattern, patternText } from '../match.ts';
import { type ConditionOperator, type ValueTest, withNegation } from './operator.ts';

/** An address as 16-bit groups: two for IPv4, eight for IPv6. */
type Groups = readonly number[];

/**
 * `IpAddress` and `NotIpAddress`: an IPv4 or IPv6 address or CIDR range; an address without length means itself.
 *
 * IPv4-mapped IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 address, so that no range is passed by in the other spelling.
 *
 * @see IAM: "Condition operators: IP address condition operators"; RFC 4632, RFC 4291 §2.5.5.2
 */
export const ipOperators: readonly ConditionOperator[] = withNegation('IpAddress', 'NotIpAddress', inRange);

function inRange(value: Pattern): ValueTest | undefined {
  const range = readRange(patternText(value));
  if (range === undefined) return undefined;
  return (actual) => {
    const address = readAddress(actual);
    return address !== undefined && hasPrefix(address, range.network, range.bits);
  };
}

function readRange(text: string): { network: Groups; bits: number } | undefined {
  const slash = text.indexOf('/');
  const written = slash < 0 ? text : text.slice(0, slash);
  const network = readAddress(written);
  if (network === undefined) return undefined;
  const size = network.length * 16;
  if (slash < 0) return { network, bits: size };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length)) return undefined;
  const bits = Number(length) - (network.length === 2 && isIPv6(written) ? 96 : 0);
  return bits >= 0 && bits <= size ? { network, bits } : undefined;
}

function readAddress(text: string): Groups | undefined {
  if (isIPv4(text)) return readIPv4(text);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const groups = readIPv6(text);
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? groups.slice(6) : groups;
}

function readIPv4(text: string): Groups {
  const [a, b, c, d] = text.split('.').map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}

function readIPv6(text: string): Groups {
  const [head = '', tail] = text.split('::') as [string, string?];
  const front = readGroups(head);
  if (tail === undefined) return front;
  const back = readGroups(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

const readGroups = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => (group.includes('.') ? readIPv4(group) : [Number.parseInt(group, 16)]));

function hasPrefix(address: Groups, network: Groups, bits: number): boolean {
  if (address.length !== network.length) return false;
  for (let i = 0, left = bits; left > 0; i++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if ((address[i]! & mask) !== (network[i]! & mask)) return false;
  }
  return true;
}
