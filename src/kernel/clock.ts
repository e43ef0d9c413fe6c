/** The server's time. Everything but signature checks reads it, so that tests can let a year pass. */
export interface Clock {
  now(): Date;
}

/** Real time plus an offset that only grows. */
export class OffsetClock implements Clock {
  #offsetMs: number;

  /** @param offsetMs how far this clock is ahead of real time, in milliseconds */
  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** How far this clock is ahead of real time, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Moves to `instant`; an instant in the past changes nothing, since time never runs backwards. */
  advanceTo(instant: Date): void {
    this.#offsetMs += Math.max(0, instant.getTime() - this.now().getTime());
  }
}

const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };

/**
 * Parses a span of time such as `400d`, `12h`, `30m`, `45s`.
 *
 * @returns milliseconds, or undefined when the text is not a span
 */
export const parseDuration = (text: string): number | undefined => {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  return match ? Number(match[1]) * unitMs[match[2]!]! : undefined;
};
