import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be filled up: a tmpfs. */
export class SmallDisk {
  readonly path: string;

  /** @param megabytes its size */
  constructor(megabytes: number) {
    this.path = mkdtempSync(join(tmpdir(), 'bulwark-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', this.path]);
  }

  /** Leaves no room at all: every write that needs a new block fails with ENOSPC. */
  fill(): void {
    const ballast = openSync(this.#ballast, 'w');
    try {
      for (let bytes = 1024 * 1024; bytes >= 512; ) {
        try {
          writeSync(ballast, Buffer.alloc(bytes, 1));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          bytes /= 2;
        }
      }
      fsyncSync(ballast);
    } finally {
      closeSync(ballast);
    }
  }

  /** Makes room again. */
  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }
}

/** Why there is no disk to fill up; false where there is. */
export const noSmallDisk = ((): string | false => {
  try {
    new SmallDisk(1).remove();
    return false;
  } catch {
    return 'only root on Linux can mount a tmpfs';
  }
})();
