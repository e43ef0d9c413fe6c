import { type Pattern, patternText } from '../match.ts';
import { readBool } from './bool.ts';

/** The name of the one operator that asks about a key's presence instead of its value. */
export const NULL = 'Null';

/**
 * Compiles `Null`: `"true"` holds where the key is absent, `"false"` where it is there.
 *
 * @see IAM: "Condition operators: Condition operator to check existence of condition keys"
 */
export function compileNull(values: readonly Pattern[]): (present: boolean) => boolean {
  const expected = values.map((value) => readBool(patternText(value)));
  return (present) => expected.includes(!present);
}
