import { fault } from '../../kernel/fault.ts';
import type { ListShape, MapShape, Member, Ref, StructureShape } from '../../model/shape.ts';
import type { FormNode } from './form-tree.ts';
import { findBase64, findIso8601, findTextNumber } from './scalars.ts';

/** Reads one value of a shape from its parameters. */
export type QueryDecoder = (node: FormNode) => unknown;

/** How a protocol names parameters. */
export interface QueryDialect {
  /** Part of a parameter's name that stands for a member. */
  readonly nameOf: (member: Member) => string;
  /** Every list is flattened, whatever the model says. */
  readonly flattens: boolean;
  /** What was compiled already. */
  readonly decoders: WeakMap<StructureShape, QueryDecoder>;
}

/** Makes the dialect of AWS Query or of EC2. */
export const queryDialect = (protocol: 'query' | 'ec2'): QueryDialect => ({
  nameOf: protocol === 'query' ? queryName : ec2Name,
  flattens: protocol === 'ec2',
  decoders: new WeakMap(),
});

/** A flattened list goes by the name of its elements, a flattened map by that of its entries, where those have one. */
const queryName = (member: Member): string => {
  const { shape } = member;
  const ownName = member.locationName ?? member.name;
  if (shape.type === 'list' && (shape.flattened || member.flattened)) return shape.member.locationName ?? ownName;
  if (shape.type === 'map' && (shape.flattened || member.flattened)) return shape.locationName ?? ownName;
  return ownName;
};

/** @see Smithy: "AWS EC2 query protocol", query key resolution */
const ec2Name = ({ queryName, locationName, name }: Member): string => {
  if (queryName !== undefined) return queryName;
  const plain = locationName ?? name;
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

/** The decoder of a structure. Compiled on first use. */
export const queryStructureOf = (shape: StructureShape, dialect: QueryDialect): QueryDecoder => {
  const known = dialect.decoders.get(shape);
  if (known !== undefined) return known;
  // INVARIANT: `members` is only read when decoding, after it was filled; so recursive shapes find themselves.
  let members: readonly { name: string; wireName: string; decode: QueryDecoder }[] = [];
  const decoder: QueryDecoder = (node) => {
    if (node.children === undefined && node.value !== undefined && node.value !== '') throw malformed(shape.name);
    const value: Record<string, unknown> = {};
    if (node.children === undefined) return value;
    for (const { name, wireName, decode } of members) {
      const child = node.children.get(wireName);
      if (child !== undefined) value[name] = decode(child);
    }
    return value;
  };
  dialect.decoders.set(shape, decoder);
  members = shape.members.map((member) => ({
    name: member.name,
    wireName: dialect.nameOf(member),
    decode: compile(member, member.name, member.flattened, dialect),
  }));
  return decoder;
};

const compile = (ref: Ref, name: string, flattened: boolean, dialect: QueryDialect): QueryDecoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
      return queryStructureOf(shape, dialect);
    case 'list':
      return list(shape, name, flattened || shape.flattened || dialect.flattens, dialect);
    case 'map':
      return map(shape, name, flattened || shape.flattened, dialect);
    case 'string':
      return (node) => textOf(node, name);
    case 'blob':
      return (node) => findBase64(textOf(node, name)) ?? refuse(name);
    case 'boolean':
      return (node) => {
        const value = textOf(node, name);
        if (value !== 'true' && value !== 'false') throw malformed(name);
        return value === 'true';
      };
    case 'timestamp':
      return (node) => findIso8601(textOf(node, name)) ?? refuse(name);
    default: {
      const { type } = shape;
      return (node) => findTextNumber(textOf(node, name), type) ?? refuse(name);
    }
  }
};

/** `Names=` alone is the empty list. */
const list = (shape: ListShape, name: string, flattened: boolean, dialect: QueryDialect): QueryDecoder => {
  const decode = deferred(() => compile(shape.member, name, false, dialect));
  const element = shape.member.locationName ?? 'member';
  return (node) => {
    if (isEmpty(node, name)) return [];
    return inOrder(flattened ? node : node.children?.get(element), name).map(decode);
  };
};

const map = (shape: MapShape, name: string, flattened: boolean, dialect: QueryDialect): QueryDecoder => {
  const decode = deferred(() => compile(shape.value, name, false, dialect));
  const keyName = shape.key.locationName ?? 'key';
  const valueName = shape.value.locationName ?? 'value';
  return (node) => {
    const values: Record<string, unknown> = Object.create(null);
    if (isEmpty(node, name)) return values;
    for (const entry of inOrder(flattened ? node : node.children?.get('entry'), name)) {
      const key = entry.children?.get(keyName)?.value;
      const value = entry.children?.get(valueName);
      if (key === undefined || value === undefined || key in values) throw malformed(name);
      values[key] = decode(value);
    }
    return values;
  };
};

/** Lists and maps have no name of their own to be found by, so what is below them is compiled on first use. */
const deferred = (compileLater: () => QueryDecoder): QueryDecoder => {
  let decoder: QueryDecoder | undefined;
  return (node) => {
    decoder ??= compileLater();
    return decoder(node);
  };
};

/** @throws when there is neither a child nor the empty value */
const isEmpty = (node: FormNode, name: string): boolean => {
  if (node.children !== undefined) return false;
  if (node.value !== '') throw malformed(name);
  return true;
};

/** The numbered children by number; gaps close up, as AWS does. */
const inOrder = (node: FormNode | undefined, name: string): readonly FormNode[] => {
  if (node?.children === undefined) throw malformed(name);
  const numbered: [number, FormNode][] = [];
  for (const [index, child] of node.children) {
    if (!/^[1-9]\d{0,8}$/.test(index)) throw malformed(name);
    numbered.push([Number(index), child]);
  }
  return numbered.sort(([a], [b]) => a - b).map(([, child]) => child);
};

const textOf = (node: FormNode, name: string): string => {
  if (node.value === undefined) throw malformed(name);
  return node.value;
};

const refuse = (name: string): never => {
  throw malformed(name);
};

const malformed = (name: string): Error => fault('Serialization', `Invalid value for the parameter ${name}`);
