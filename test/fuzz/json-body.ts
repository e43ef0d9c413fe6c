import { hostileJson, hostileString, policyDocuments } from './hostile.ts';
import type { Random } from './random.ts';

/** Text that goes into JSON as it is. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON that may repeat names and hold raw text. */
type Node = string | number | boolean | null | Raw | Node[] | Members;
type Members = { readonly members: [name: string, value: Node][] };

/** The body of a JSON request, one to three mutations away from valid. */
export const mutateJson = (input: object, random: Random): Buffer => {
  if (random.oneIn(40)) return Buffer.from(hostileJson(random));
  const root = treeOf(input) as Members;
  for (let left = 1 + random.below(3); left > 0; left--) random.pick(mutations)(root, random);
  const text = format(root);
  return random.oneIn(8) ? corrupt(Buffer.from(text), random) : Buffer.from(text);
};

/** A policy document as text, valid or mutated. */
export const mutatePolicy = (random: Random): string => {
  const root = treeOf(random.pick(policyDocuments)) as Members;
  for (let left = random.below(4); left > 0; left--) random.pick(mutations)(root, random);
  return format(root);
};

/** Bytes changed, cut, inserted or repeated without regard to what they mean. */
export const corrupt = (bytes: Buffer, random: Random): Buffer => {
  const at = random.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  return random.weighed<() => Buffer>([
    [3, () => Buffer.concat([before, random.pick(badUtf8), after])],
    [2, () => before],
    [2, () => Buffer.concat([before, random.bytes(1 + random.below(4)), after.subarray(1)])],
    [1, () => Buffer.concat([before, after.subarray(1 + random.below(4))])],
    [1, () => Buffer.concat([bytes, bytes])],
    [1, () => Buffer.concat([Buffer.from('\ufeff'), bytes])],
  ])();
};

/** Overlong, lone surrogate, beyond U+10FFFF, cut short, never valid (RFC 3629 §3). */
const badUtf8 = ['c0af', 'eda080', 'f4908080', 'e282', 'ff', '80', '00'].map((hex) => Buffer.from(hex, 'hex'));

type Mutation = (root: Members, random: Random) => void;

const mutations: readonly Mutation[] = [
  (root, random) => {
    const slot = anySlot(root, random);
    if (slot) slot[1] = new Raw(hostileJson(random));
  },
  (root, random) => {
    const slot = anySlot(root, random);
    if (slot) slot[1] = hostileString(random);
  },
  (root, random) => {
    const slot = anySlot(root, random);
    if (slot && typeof slot[1] === 'string') slot[1] = splice(slot[1], random);
    else if (slot && typeof slot[1] === 'number') slot[1] += random.pick([-1, 1, 0.5, 1e9, -1e9]);
  },
  (root, random) => {
    const { members } = anyObject(root, random);
    if (members.length > 0) members.splice(random.below(members.length), 1);
  },
  (root, random) => {
    const { members } = anyObject(root, random);
    members.push([random.oneIn(2) ? hostileString(random) : random.pick(names), new Raw(hostileJson(random))]);
  },
  (root, random) => {
    const { members } = anyObject(root, random);
    if (members.length > 0) members.push([random.pick(members)[0], random.pick([hostileString(random), 1, null])]);
  },
  (root, random) => {
    const slot = anySlot(root, random);
    if (slot) slot[1] = random.pick<Node>([[slot[1]], [slot[1], slot[1]], { members: [['x', slot[1]]] }]);
  },
  (root, random) => {
    const slot = anySlot(root, random);
    if (slot) slot[0] = random.oneIn(2) ? slot[0].toLowerCase() : hostileString(random);
  },
];

/** Members that many operations have, so that an added one means something. */
const names = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'KeyId',
    'GrantTokens',
    'EncryptionContext',
    'DryRun',
    'Limit',
    'Marker',
    'Tags',
  ],
  ...['Policy', 'Recipient', 'EncryptionAlgorithm', 'NumberOfBytes', 'KeySpec', 'KeyUsage', 'Origin', 'CiphertextBlob'],
  ...[
    'PendingWindowInDays',
    'CustomKeyStoreId',
    'XksKeyId',
    'MultiRegion',
    'BypassPolicyLockoutSafetyCheck',
    'Condition',
  ],
];

const splice = (text: string, random: Random): string => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + hostileString(random) + text.slice(at + random.below(3));
};

const objectsIn = (node: Node, found: Members[] = []): Members[] => {
  if (Array.isArray(node)) for (const element of node) objectsIn(element, found);
  else if (typeof node === 'object' && node !== null && 'members' in node) {
    found.push(node);
    for (const [, value] of node.members) objectsIn(value, found);
  }
  return found;
};

const anyObject = (root: Members, random: Random): Members => random.pick(objectsIn(root));

const anySlot = (root: Members, random: Random): [string, Node] | undefined => {
  const { members } = anyObject(root, random);
  return members.length === 0 ? undefined : random.pick(members);
};

const treeOf = (value: unknown): Node => {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== 'object' || value === null) return value as Node;
  return { members: Object.entries(value).map(([name, member]) => [name, treeOf(member)]) };
};

const format = (node: Node): string => {
  if (node instanceof Raw) return node.text;
  if (Array.isArray(node)) return `[${node.map(format).join(',')}]`;
  if (typeof node === 'object' && node !== null) {
    return `{${node.members.map(([name, value]) => `${JSON.stringify(name)}:${format(value)}`).join(',')}}`;
  }
  return JSON.stringify(node);
};
