import { type Fault, fault } from '../../../kernel/fault.ts';

/** Reason of each kind of broken constraint, by what Coral's sentence says of it. */
const reasons: readonly (readonly [sentence: RegExp, Reason: string])[] = [
  [/Member must not be null/, 'INPUT_REQUIRED'],
  [/regular expression pattern/, 'INVALID_PATTERN'],
  [/Member must satisfy enum value set/, 'INVALID_ENUM'],
  [/Member must have length less/, 'MAX_LENGTH_EXCEEDED'],
  [/Member must have length greater/, 'MIN_LENGTH_EXCEEDED'],
  [/Member must have value less/, 'MAX_VALUE_EXCEEDED'],
  [/Member must have value greater/, 'MIN_VALUE_EXCEEDED'],
];

/**
 * A broken constraint as Organizations says it: with a Reason, and without the value where that does not match its pattern.
 *
 * @see Organizations API Reference: "InvalidInputException"; recorded answers of AWS for INVALID_PATTERN
 */
export const organizationsValidationError = ({ message }: Fault): Fault => {
  const Reason = reasons.find(([sentence]) => sentence.test(message))?.[1] ?? 'INVALID_LIST_MEMBER';
  const sentence =
    Reason === 'INVALID_PATTERN' ? 'You provided a value that does not match the required pattern.' : message;
  return fault('InvalidInputException', sentence, { members: { Reason } });
};
