import { comparisons } from './comparison.ts';

const NUMBER = /^[+-]?(?:\d{1,64}(?:\.\d{0,64})?|\.\d{1,64})(?:[eE][+-]?\d{1,3})?$/;

/** Reads an integer or decimal; no blanks, no hexadecimal. */
function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The numeric operators. @see IAM: "Condition operators: Numeric condition operators" */
export const numericOperators = comparisons('Numeric', readNumber);
