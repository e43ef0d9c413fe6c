/**
 * Does something slow once for a call, however often its transaction is run again: the result stays with the decoded input,
 * of which the pipeline makes one for each call.
 *
 * For what depends on nothing but the input and what was read before, such as generating a key. INVARIANT: `work` reads nothing:
 * a read that has to be waited for ends the run, and its refusal would stay with the input.
 *
 * @see docs/decisions/0005-slow-cryptography.md
 */
export const oncePerCall = <T>(input: object, work: () => T): T => {
  let made = results.get(input) as { readonly result: T } | undefined;
  if (!made) {
    made = { result: work() };
    results.set(input, made);
  }
  return made.result;
};

const results = new WeakMap<object, { readonly result: unknown }>();
