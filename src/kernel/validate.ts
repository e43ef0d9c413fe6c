import type { OperationModel } from '../model/model.ts';
import type { ListShape, MapShape, Ref, StructureShape } from '../model/shape.ts';
import { type Constraint, constraintsOf } from './constraints.ts';
import { fault } from './fault.ts';
import { lowerCamelCase } from './lower-camel-case.ts';

/** Longest rendering of a refused value in a message, in characters; what is longer ends in `...`. */
export const maxEchoedChars = 1024;

/**
 * Holds a decoded input against the constraints of its model: required, length, range, pattern, enum. Compiled per
 * operation on first use.
 *
 * @throws {Fault} `ValidationError` with every violation in one message, in Coral's words; with the service's own sentence
 *   alone where it has one
 */
export const validate = (operation: OperationModel, input: object): void => {
  let check = checks.get(operation);
  if (check === undefined) {
    check = structureCheck(operation.input, { checks: new Map(), echoes: operation.service.echoesValues });
    checks.set(operation, check);
  }
  const violations: string[] = [];
  check(input, '', violations);
  if (violations.length === 0) return;
  const errors = violations.length === 1 ? 'error' : 'errors';
  throw fault('ValidationError', `${violations.length} validation ${errors} detected: ${violations.join('; ')}`);
};

const checks = new WeakMap<OperationModel, Check>();

/** What the checks of one operation share while they are compiled. */
interface Compilation {
  /** Of structures, by name. */
  readonly checks: Map<string, Check>;
  /** Whether messages repeat refused values. */
  readonly echoes: boolean;
}

/** Appends what is wrong with a value. @param path of the value; empty for the input itself */
type Check = (value: unknown, path: string, violations: string[]) => void;

/** More violations than this are counted nowhere: a request of a million bad elements gets a short answer. */
const maxViolations = 100;

/** @returns undefined where nothing about the shape, or below it, is constrained */
const compileCheck = (ref: Ref, compilation: Compilation): Check | undefined => {
  const { shape } = ref;
  const constraints = constraintsOf(shape);
  const below =
    shape.type === 'structure'
      ? structureCheck(shape, compilation)
      : shape.type === 'list'
        ? listCheck(shape, compilation)
        : shape.type === 'map'
          ? mapCheck(shape, compilation)
          : undefined;
  if (constraints.length === 0) return below;
  const echo = echoOf(ref, compilation);
  return (value, path, violations) => {
    for (const { holds, sentence, own } of constraints) {
      if (holds(value)) continue;
      if (own !== undefined) throw fault('ValidationError', `The specified value for ${path} is invalid. ${own}`);
      violate(violations, `${echo(value)} at '${path}'`, sentence);
    }
    below?.(value, path, violations);
  };
};

const structureCheck = (shape: StructureShape, compilation: Compilation): Check => {
  const before = compilation.checks.get(shape.name);
  if (before !== undefined) return before;
  const absence = compilation.echoes ? ' null' : '';
  // INVARIANT: `members` is only read when checking, after it was filled; so recursive shapes find themselves.
  let members: readonly { name: string; path: string; required: boolean; check: Check | undefined }[] = [];
  const check: Check = (value, path, violations) => {
    const record = value as Readonly<Record<string, unknown>>;
    for (const member of members) {
      const found = record[member.name];
      if (found !== undefined) {
        member.check?.(found, path === '' ? member.path : `${path}.${member.path}`, violations);
      } else if (member.required) {
        const at = path === '' ? member.path : `${path}.${member.path}`;
        violate(violations, `${absence} at '${at}'`, 'Member must not be null');
      }
    }
  };
  compilation.checks.set(shape.name, check);
  members = shape.members
    .map((member) => ({
      name: member.name,
      path: lowerCamelCase(member.name),
      required: member.required,
      check: compileCheck(member, compilation),
    }))
    .filter((member) => member.required || member.check !== undefined);
  return check;
};

const listCheck = (shape: ListShape, compilation: Compilation): Check | undefined => {
  const scalars = elementCheck(
    shape.member,
    (value) => value as readonly unknown[],
    echoOf({ ...shape.member, shape }, compilation),
  );
  if (scalars !== undefined) return scalars;
  const check = compileCheck(shape.member, compilation);
  if (check === undefined) return undefined;
  return (value, path, violations) => {
    const elements = value as readonly unknown[];
    for (const [index, element] of elements.entries()) {
      if (violations.length >= maxViolations) return;
      check(element, `${path}.${index + 1}.member`, violations);
    }
  };
};

const mapCheck = (shape: MapShape, compilation: Compilation): Check | undefined => {
  const echo = echoOf({ ...shape.value, shape }, compilation);
  const keys = elementCheck(shape.key, (value) => Object.keys(value as object), echo);
  const scalars = elementCheck(shape.value, (value) => Object.values(value as object), echo);
  const check = scalars === undefined ? compileCheck(shape.value, compilation) : undefined;
  if (keys === undefined && scalars === undefined && check === undefined) return undefined;
  return (value, path, violations) => {
    keys?.(value, path, violations);
    scalars?.(value, path, violations);
    if (check === undefined) return;
    for (const [key, entry] of Object.entries(value as object)) {
      if (violations.length >= maxViolations) return;
      check(entry, `${path}.${clip(key)}.member`, violations);
    }
  };
};

/** Scalar elements that break a constraint are reported once, for the whole list or map, with all their constraints. */
const elementCheck = (
  ref: Ref,
  elementsOf: (value: unknown) => readonly unknown[],
  echo: (value: unknown) => string,
): Check | undefined => {
  const { type } = ref.shape;
  if (type === 'structure' || type === 'list' || type === 'map') return undefined;
  const constraints = constraintsOf(ref.shape);
  if (constraints.length === 0) return undefined;
  const holds = (element: unknown): boolean => constraints.every((constraint: Constraint) => constraint.holds(element));
  const sentence = `Member must satisfy constraint: [${constraints.map((constraint) => constraint.sentence).join(', ')}]`;
  return (value, path, violations) => {
    if (!elementsOf(value).every(holds)) violate(violations, `${echo(value)} at '${path}'`, sentence);
  };
};

const violate = (violations: string[], valueAt: string, constraint: string): void => {
  if (violations.length < maxViolations) {
    violations.push(`Value${valueAt} failed to satisfy constraint: ${constraint}`);
  }
};

/** How messages render a value: scalars as they are, lists and maps as Java prints them, secrets and bytes not at all. */
const echoOf = (ref: Ref, { echoes }: Compilation): ((value: unknown) => string) =>
  !echoes || isSecret(ref, new Set()) ? () => '' : (value) => ` '${clip(javaText(value, maxEchoedChars + 1))}'`;

const isSecret = (ref: Ref, visited: Set<string>): boolean => {
  const { shape } = ref;
  if (ref.sensitive || shape.sensitive || shape.type === 'blob') return true;
  if (visited.has(shape.name)) return false;
  visited.add(shape.name);
  if (shape.type === 'list') return isSecret(shape.member, visited);
  if (shape.type === 'map') return isSecret(shape.key, visited) || isSecret(shape.value, visited);
  return shape.type === 'structure' && shape.members.some((member) => isSecret(member, visited));
};

/** @param budget characters after which rendering may stop */
const javaText = (value: unknown, budget: number): string => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  for (const [name, element] of Object.entries(value)) {
    if (text.length > 1) text += ', ';
    if (text.length > budget) break;
    text += isList ? javaText(element, budget) : `${name}=${javaText(element, budget)}`;
  }
  return text + (isList ? ']' : '}');
};

const clip = (text: string): string =>
  text.length <= maxEchoedChars ? text : `${text.slice(0, maxEchoedChars).toWellFormed()}...`;
