import { hostileString } from './hostile.ts';
import { corrupt } from './json-body.ts';
import type { Random } from './random.ts';

type Pairs = [name: string, value: string][];

/** The form of a Query request, one to three mutations away from valid. */
export const mutateForm = (input: Readonly<Record<string, string>>, random: Random): Buffer => {
  const pairs: Pairs = Object.entries(input);
  for (let left = 1 + random.below(3); left > 0; left--) random.pick(mutations)(pairs, random);
  const encode = random.oneIn(6) ? (text: string): string => text.replaceAll('&', '') : encodeURIComponentSafely;
  const text = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join(random.oneIn(30) ? ';' : '&');
  if (random.oneIn(10)) return Buffer.from(text + random.pick(tails));
  return random.oneIn(10) ? corrupt(Buffer.from(text), random) : Buffer.from(text);
};

const tails = [
  '&',
  '&&&',
  '&=',
  '&=x',
  '&novalue',
  '&%',
  '&%zz=1',
  '&a=%c0%af',
  '&a=%ff',
  '&a=%00',
  `&${'a=&'.repeat(2000)}`,
];

const mutations: readonly ((pairs: Pairs, random: Random) => void)[] = [
  (pairs, random) => {
    random.pick(pairs)[1] = hostileString(random);
  },
  (pairs, random) => {
    if (pairs.length > 1) pairs.splice(random.below(pairs.length), 1);
  },
  (pairs, random) => {
    pairs.push([random.pick(pairs)[0], hostileString(random)]);
  },
  (pairs, random) => {
    pairs.push([random.pick(names), hostileString(random)]);
  },
  (pairs, random) => {
    const pair = random.pick(pairs);
    pair[0] += random.pick(suffixes);
  },
  (pairs, random) => {
    const list = random.pick(['Tags', 'TagKeys', 'ActionNames', 'PolicyInputList', 'ContextEntries']);
    const index = random.pick(indexes);
    pairs.push([`${list}.member.${index}${random.pick(['', '.Key', '.Value', '.ContextKeyValues.member.1'])}`, 'x']);
  },
];

const indexes = [
  '0',
  '1',
  '2',
  '3',
  '51',
  '01',
  '-1',
  '1.5',
  '999999999',
  '99999999999999999999',
  'N',
  '',
  '__proto__',
];

const suffixes = ['.member.1', '.1', '.', '..', '.__proto__', '.member', '.entry.1.key', '.a'.repeat(3000), '[0]', ' '];

const names = [
  ...[
    '__proto__',
    'constructor',
    'Action',
    'Version',
    'MaxItems',
    'Marker',
    'PathPrefix',
    'UserName',
    'PolicyDocument',
  ],
  ...['DurationSeconds', 'SerialNumber', 'X-Amz-Signature', 'X-Amz-Algorithm', 'AWSAccessKeyId', 'hasOwnProperty'],
];

/** Lone surrogates have no encoding: they go as they are, which is mutation enough. */
const encodeURIComponentSafely = (text: string): string =>
  text.isWellFormed()
    ? encodeURIComponent(text)
    : encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
