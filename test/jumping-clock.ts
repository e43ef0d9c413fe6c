import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The wall clock of spawned processes, which a test can put forward and back while they run. Their monotonic clock goes on. */
export class JumpingClock {
  readonly #directory = mkdtempSync(join(tmpdir(), 'bulwark-clock-'));
  #aheadMs = 0;
  #furthestMs = 0;

  constructor() {
    this.jump(0);
  }

  /** How far it is ahead of real time, in milliseconds; clients sign by it. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** How far it ever was ahead. */
  get furthestMs(): number {
    return this.#furthestMs;
  }

  /** Flags of Node for a process that is to live by this clock; processes that it starts inherit them. */
  get nodeFlags(): readonly string[] {
    const preload = new URL('jumping-clock-preload.ts', import.meta.url);
    preload.searchParams.set('file', this.#file);
    return ['--import', preload.href];
  }

  /** Takes effect at once, in every process. @param byMs negative: back */
  jump(byMs: number): void {
    this.#aheadMs += byMs;
    this.#furthestMs = Math.max(this.#furthestMs, this.#aheadMs);
    // Put in place whole: a process that reads it meanwhile sees the old or the new one.
    writeFileSync(`${this.#file}.next`, String(this.#aheadMs));
    renameSync(`${this.#file}.next`, this.#file);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#directory, 'ahead-ms');
  }
}
