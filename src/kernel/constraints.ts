import type { Shape } from '../model/shape.ts';
import { compileJavaPattern } from './java-pattern.ts';

/** One constraint of a shape on its own values. */
export interface Constraint {
  readonly holds: (value: unknown) => boolean;
  /** Coral's sentence: `Member must have length less than or equal to 1024`. */
  readonly sentence: string;
  /** What the service itself says of a value that breaks it, in place of Coral: `It must contain only …`. */
  readonly own?: string | undefined;
}

/**
 * The constraints of a shape on values of its own, in the order Coral lists them. Lengths count characters of strings
 * (code points), bytes of blobs, elements of lists and entries of maps.
 */
export const constraintsOf = (shape: Shape): readonly Constraint[] => {
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  const constraints = compile(shape);
  compiled.set(shape, constraints);
  return constraints;
};

const compiled = new WeakMap<Shape, readonly Constraint[]>();

const compile = (shape: Shape): readonly Constraint[] => {
  switch (shape.type) {
    case 'string':
      return [
        ...(shape.max === undefined ? [] : [atMostChars(shape.max)]),
        ...(shape.min === undefined || shape.min === 0 ? [] : [atLeastChars(shape.min)]),
        ...(shape.pattern === undefined ? [] : [matches(shape.pattern, shape.max, shape.patternSentence)]),
        ...(shape.enum === undefined ? [] : [oneOf(shape.enum)]),
      ];
    case 'blob':
    case 'list':
      return lengths(shape, (value) => (value as { readonly length: number }).length);
    case 'map':
      return lengths(shape, (value) => Object.keys(value as object).length);
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return [
        ...(shape.max === undefined ? [] : [compare('value', 'less', shape.max, (value) => value as number)]),
        ...(shape.min === undefined ? [] : [compare('value', 'greater', shape.min, (value) => value as number)]),
      ];
    default:
      return [];
  }
};

const lengths = (
  { min, max }: { readonly min?: number; readonly max?: number },
  lengthOf: (value: unknown) => number,
): readonly Constraint[] => [
  ...(max === undefined ? [] : [compare('length', 'less', max, lengthOf)]),
  ...(min === undefined || min === 0 ? [] : [compare('length', 'greater', min, lengthOf)]),
];

const compare = (
  what: 'length' | 'value',
  than: 'less' | 'greater',
  bound: number,
  measure: (value: unknown) => number,
): Constraint => ({
  holds: than === 'less' ? (value) => measure(value) <= bound : (value) => measure(value) >= bound,
  sentence: `Member must have ${what} ${than} than or equal to ${bound}`,
});

/** A string has at most as many code points as UTF-16 units, and at least half as many: most need no counting. */
const atMostChars = (max: number): Constraint => {
  const { sentence } = compare('length', 'less', max, codePoints);
  return {
    holds: (value) => {
      const units = (value as string).length;
      return units <= max || (units <= 2 * max && codePoints(value) <= max);
    },
    sentence,
  };
};

const atLeastChars = (min: number): Constraint => {
  const { sentence } = compare('length', 'greater', min, codePoints);
  return {
    holds: (value) => {
      const units = (value as string).length;
      return units >= 2 * min || (units >= min && codePoints(value) >= min);
    },
    sentence,
  };
};

const codePoints = (value: unknown): number => {
  let count = 0;
  for (const _ of value as string) count++;
  return count;
};

/** A string beyond the maximal length is refused for its length alone; the pattern does not look at it. */
const matches = (pattern: string, maxChars: number | undefined, own: string | undefined): Constraint => {
  const test = compileJavaPattern(pattern);
  const maxUnits = 2 * (maxChars ?? Number.POSITIVE_INFINITY);
  return {
    holds: (value) => (value as string).length > maxUnits || test(value as string),
    sentence: `Member must satisfy regular expression pattern: ${pattern}`,
    own,
  };
};

const oneOf = (values: readonly string[]): Constraint => {
  const set = new Set(values);
  return {
    holds: (value) => set.has(value as string),
    sentence: `Member must satisfy enum value set: [${values.join(', ')}]`,
  };
};
