import { patternText } from '../match.ts';
import type { ConditionOperator } from './operator.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Reads the bytes of a base64 text; undefined where it is none. */
const readBytes = (text: string): Buffer | undefined => (BASE64.test(text) ? Buffer.from(text, 'base64') : undefined);

/** `BinaryEquals`: byte for byte, both sides in base64. @see IAM: "Condition operators: Binary condition operators" */
export const binaryOperators: readonly ConditionOperator[] = [
  {
    name: 'BinaryEquals',
    negated: false,
    prepare(value) {
      const expected = readBytes(patternText(value));
      return expected === undefined ? undefined : (actual) => readBytes(actual)?.equals(expected) === true;
    },
  },
];
