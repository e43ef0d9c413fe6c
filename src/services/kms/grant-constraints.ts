import type { GrantConstraints } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import type { EncryptionContext } from './encryption-context.ts';

/** What the encryption context of a request must be, or contain, for a grant to allow it. */
export interface GrantConstraint {
  readonly type: 'EncryptionContextEquals' | 'EncryptionContextSubset';
  readonly context: EncryptionContext;
}

const constraintTypes = ['EncryptionContextEquals', 'EncryptionContextSubset'] as const;

/** Most pairs in a constraint, and most characters in one of its values. */
const maxPairs = 8;
const maxValueLength = 384;

/**
 * Reads the constraint of a request; a grant has one at most.
 *
 * @throws {Fault} ValidationException
 * @see KMS developer guide: "Grant constraints"
 */
export const parseConstraint = (given: GrantConstraints | undefined): GrantConstraint | undefined => {
  // The Terraform provider sends both, the one that is not meant without pairs, and AWS takes it.
  const types = constraintTypes.filter((type) => given?.[type]);
  const [type, ...more] = types.length > 1 ? types.filter((one) => Object.keys(given![one]!).length > 0) : types;
  if (more.length > 0 || (types.length > 1 && type === undefined)) {
    throw fault('ValidationException', 'A grant can have only one type of grant constraint.');
  }
  const constraint: GrantConstraint | undefined = type && { type, context: given![type]! };
  const values = Object.values(constraint?.context ?? {});
  if (values.length > maxPairs) {
    throw fault(
      'ValidationException',
      `A grant constraint can have no more than ${maxPairs} encryption context pairs.`,
    );
  }
  if (values.some((value) => value.length > maxValueLength)) {
    throw fault(
      'ValidationException',
      `Values in a grant constraint must not be longer than ${maxValueLength} characters.`,
    );
  }
  return constraint;
};

/** Whether the encryption context of a request is what the constraint asks for. Keys compare without case, values with. */
export const isSatisfied = ({ type, context }: GrantConstraint, requested: EncryptionContext | undefined): boolean => {
  const pairs = pairsOf(requested);
  return includes(pairs, pairsOf(context)) && (type === 'EncryptionContextSubset' || isSameSize(pairs, context));
};

/** Whether a grant under `child` allows nothing that one under `parent` would not. */
export const isNoWider = (child: GrantConstraint | undefined, parent: GrantConstraint | undefined): boolean => {
  if (!parent) return true;
  if (!child || !includes(pairsOf(child.context), pairsOf(parent.context))) return false;
  if (parent.type === 'EncryptionContextSubset') return true;
  return child.type === 'EncryptionContextEquals' && isSameSize(pairsOf(child.context), parent.context);
};

/** The pairs of a context as text, keys in lower case; sorted, each once. */
export const pairsOf = (context: EncryptionContext | undefined): readonly string[] =>
  [...new Set(Object.entries(context ?? {}).map(([key, value]) => `${key.toLowerCase()}\0${value}`))].sort();

const includes = (pairs: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((pair) => pairs.includes(pair));

const isSameSize = (pairs: readonly string[], context: EncryptionContext): boolean =>
  pairs.length === pairsOf(context).length;
