import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JumpingClock } from '../jumping-clock.ts';
import { SpawnedServer } from '../spawned-server.ts';

/** What a site is made of. */
export interface SiteOptions {
  /** A directory or the URL of a database; absent: a new directory. */
  readonly data?: string;
  /** How many hosts serve it; of a directory there can be one. */
  readonly hosts?: number;
  /** More flags of `start`. */
  readonly flags?: readonly string[];
  /** What the site stands on, and what is removed after it. */
  readonly remove?: () => Promise<void> | void;
}

/** Servers on the same data, each with a wall clock of its own. */
export class Site {
  readonly data: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'bulwark-crash-'));
  readonly #isDatabase: boolean;
  readonly #flags: readonly string[];
  readonly #remove: SiteOptions['remove'];
  readonly clocks: readonly JumpingClock[];
  readonly servers: SpawnedServer[] = [];

  constructor({ data, hosts = 1, flags = [], remove }: SiteOptions) {
    this.#isDatabase = data?.includes('://') === true;
    this.data = data ?? join(this.#directory, 'data');
    this.#flags = flags;
    this.#remove = remove;
    this.clocks = Array.from({ length: hosts }, () => new JumpingClock());
  }

  /** Starts every host, one after the other. */
  async start(): Promise<this> {
    for (const host of this.clocks.keys()) {
      // What an operator does for each further host.
      if (host > 0) cpSync(this.#keyDirectoryOf(0), this.#keyDirectoryOf(host), { recursive: true });
      await this.restart(host);
    }
    return this;
  }

  /** Starts a server where one was. */
  async restart(host: number): Promise<void> {
    this.servers[host] = await SpawnedServer.start({
      data: this.data,
      flags: [...this.#flags, ...(this.#isDatabase ? ['--key-directory', this.#keyDirectoryOf(host)] : [])],
      clock: this.clocks[host]!,
    });
  }

  /** Where the root key lies. */
  get keyDirectory(): string {
    return this.#keyDirectoryOf(0);
  }

  /** All clocks go on to the same moment: everything that was scheduled for a week ahead is due. */
  daysPass(): void {
    const newest = Math.max(...this.clocks.map(({ furthestMs }) => furthestMs)) + 8 * dayMs;
    for (const clock of this.clocks) clock.jump(newest - clock.aheadMs);
  }

  async remove(): Promise<void> {
    for (const server of this.servers) await server.stop('SIGKILL');
    for (const clock of this.clocks) clock.remove();
    await this.#remove?.();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #keyDirectoryOf(host: number): string {
    return this.#isDatabase ? join(this.#directory, `host-${host}`) : this.data;
  }
}

/** A day, in milliseconds. */
export const dayMs = 86_400_000;

/** One of these, at random. */
export const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)]!;
