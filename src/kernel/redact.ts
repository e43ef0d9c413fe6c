import type { OperationModel } from '../model/model.ts';
import type { Ref, StructureShape } from '../model/shape.ts';
import { lowerCamelCase } from './lower-camel-case.ts';

/** What JSON can say; what the journal keeps of inputs and outputs. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * What the journal keeps of an input: CloudTrail's `requestParameters`. Sensitive members and all blobs are left out,
 * member names are lowerCamelCase (`keyId`), keys of maps stay as they are, dates are ISO-8601.
 *
 * @param input decoded, or undefined where it never was
 * @returns shares the input's own maps and strings: the input must not change afterwards; null where nothing is left
 */
export const redactInput = (operation: OperationModel, input: object | undefined): Json =>
  input === undefined ? null : redact(operation.input, input);

/**
 * What the journal keeps of an output: CloudTrail's `responseElements`.
 *
 * @returns null for operations that change nothing (except those that issue credentials) and where nothing is left; see {@link redactInput}
 */
export const redactOutput = (operation: OperationModel, output: unknown): Json => {
  if (!operation.journalsOutput || operation.output === undefined || typeof output !== 'object' || output === null)
    return null;
  return redact(operation.output, output);
};

const redact = (shape: StructureShape, value: object): Json => {
  let redactor = redactors.get(shape);
  if (redactor === undefined) {
    redactor = structure(shape, new Map());
    redactors.set(shape, redactor);
  }
  const kept = redactor(value) as Record<string, Json>;
  for (const _ in kept) return kept;
  return null;
};

type Redactor = (value: unknown) => Json;

const redactors = new WeakMap<StructureShape, Redactor>();

/** @returns undefined where the value must not be kept */
const compile = (ref: Ref, known: Map<string, Redactor>): Redactor | undefined => {
  const { shape } = ref;
  if (ref.sensitive || shape.type === 'blob') return undefined;
  switch (shape.type) {
    case 'structure':
      return shape.document ? undefined : structure(shape, known);
    case 'list': {
      if (isPlain(shape.member)) return asIs;
      const element = compile(shape.member, known);
      return element && ((value) => (value as readonly unknown[]).map((each) => element(each)));
    }
    case 'map': {
      if (shape.key.sensitive) return undefined;
      if (isPlain(shape.value)) return asIs;
      const entry = compile(shape.value, known);
      return (
        entry &&
        ((value) => Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, entry(each)])))
      );
    }
    case 'timestamp':
      return (value) => (value as Date).toISOString();
    case 'long':
      return (value) => (typeof value === 'bigint' ? String(value) : (value as number));
    default:
      return asIs;
  }
};

const asIs: Redactor = (value) => value as Json;

const isPlain = ({ sensitive, shape }: Ref): boolean =>
  !sensitive && (shape.type === 'string' || shape.type === 'integer' || shape.type === 'boolean');

const structure = (shape: StructureShape, known: Map<string, Redactor>): Redactor => {
  const before = known.get(shape.name);
  if (before !== undefined) return before;
  // INVARIANT: `members` is only read when redacting, after it was filled; so recursive shapes find themselves.
  let members: readonly { name: string; printed: string; redactor: Redactor }[] = [];
  const redactor: Redactor = (value) => {
    const record = value as Readonly<Record<string, unknown>>;
    const kept: Record<string, Json> = {};
    for (const { name, printed, redactor } of members) {
      const member = record[name];
      if (member !== undefined && member !== null) kept[printed] = redactor(member);
    }
    return kept;
  };
  known.set(shape.name, redactor);
  members = shape.members.flatMap((member) => {
    const redactor = compile(member, known);
    return redactor === undefined ? [] : [{ name: member.name, printed: lowerCamelCase(member.name), redactor }];
  });
  return redactor;
};
