import type { OperationModel } from '../../src/model/model.ts';
import type { Shape, StructureShape } from '../../src/model/shape.ts';

/** Values that a member has wherever an operation needs it: by name, for members whose form the model does not tell. */
export type KnownValues = Readonly<Record<string, unknown>>;

/**
 * The smallest valid input of an operation: required members alone.
 *
 * @param known wins over the model; may give optional members, by `Operation.Member`
 */
export const minimalInput = (operation: OperationModel, known: KnownValues): object => inputOf(operation, known, 0);

/** Input of an operation with every member, and with those of the structures in it, three levels deep. */
export const fullInput = (operation: OperationModel, known: KnownValues): object => inputOf(operation, known, 3);

/** @param depth so many levels have optional members too; shapes may contain themselves */
const inputOf = (operation: OperationModel, known: KnownValues, depth: number): object => {
  const extra = Object.entries(known)
    .filter(([name]) => name.startsWith(`${operation.name}.`))
    .map(([name, value]) => [name.slice(operation.name.length + 1), value] as const);
  const required = operation.input ? structureOf(operation.input as StructureShape, known, depth) : {};
  return { ...required, ...Object.fromEntries(extra) };
};

const structureOf = (shape: StructureShape, known: KnownValues, depth: number): object => {
  const members = shape.union
    ? shape.members.slice(0, 1)
    : shape.members.filter(({ required }) => required || depth > 0);
  return Object.fromEntries(
    members.map(({ name, shape: type }) => [
      name,
      Object.hasOwn(known, name) ? known[name] : exampleOf(type, known, depth - 1),
    ]),
  );
};

const exampleOf = (shape: Shape, known: KnownValues, depth: number): unknown => {
  switch (shape.type) {
    case 'structure':
      return structureOf(shape, known, depth);
    case 'list':
      return [exampleOf(shape.member.shape, known, depth)];
    case 'map':
      return {};
    case 'string':
      return shape.enum?.[0] ?? 'example'.padEnd(shape.min ?? 1, '0').slice(0, shape.max);
    case 'blob':
      return Buffer.alloc(shape.min ?? 1, 'x');
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date('2026-11-22T00:00:00Z');
    default:
      return Math.max(shape.min ?? 1, 1);
  }
};
