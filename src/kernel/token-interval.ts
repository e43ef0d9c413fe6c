/** One interval of a bucket of tokens; when it is over, the bucket fills up at once. */
export interface TokenInterval {
  /** Milliseconds since the epoch. */
  beganAt: number;
  lengthMs: number;
  /** What is left. */
  tokens: number;
}

/** The interval that begins now: a second, or as long as a whole number of tokens takes. @param rate tokens a second, zero or more */
export const beginInterval = (rate: number, now: number): TokenInterval => {
  const tokens = rate > 0 ? Math.max(1, Math.floor(rate)) : 0;
  return { beganAt: now, lengthMs: tokens > 0 ? (1000 * tokens) / rate : 1000, tokens };
};

/** Whether it is over. The clock may have been set back: then what it was in is as good as over. */
export const isOver = ({ beganAt, lengthMs }: Omit<TokenInterval, 'tokens'>, now: number): boolean =>
  now - beganAt >= lengthMs || now < beganAt;

/** Drops those that are over where there are many. */
export const dropEnded = (intervals: Map<unknown, TokenInterval>, now: number): void => {
  if (intervals.size < maxIntervals) return;
  for (const [name, interval] of intervals) if (isOver(interval, now)) intervals.delete(name);
};

const maxIntervals = 10_000;
