/** Remembers the result, or the error, of the first call: a rerun of the transaction must not decode again. */
export const remembered = <T>(work: () => T): (() => T) => {
  let settled: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!settled) {
      try {
        settled = { value: work() };
      } catch (error) {
        settled = { error };
      }
    }
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
};
