import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Kills a server from within at the moment when one of its commits has become durable, before anybody has been told. */
export class CommitTrap {
  readonly #directory = mkdtempSync(join(tmpdir(), 'bulwark-trap-'));

  /** Flags of Node for the process that is to be killed. */
  get nodeFlags(): readonly string[] {
    const preload = new URL('commit-trap-preload.ts', import.meta.url);
    preload.searchParams.set('file', this.#file);
    return ['--import', preload.href];
  }

  /** @param commits how many it survives, the last of which it does not */
  set(commits: number): void {
    writeFileSync(this.#file, String(commits));
  }

  /** How many commits it still waits for. */
  get left(): number {
    return Number(readFileSync(this.#file, 'latin1'));
  }

  /** Takes the trap away, if it is set. */
  unset(): void {
    rmSync(this.#file, { force: true });
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#directory, 'commits');
  }
}
