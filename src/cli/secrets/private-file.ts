import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * A file that nobody else can read, in a directory that nobody else can enter, in memory where the system has a place for
 * that. Editors may put copies beside it: all of them are overwritten and removed in the end.
 */
export class PrivateFile {
  readonly #directory: string;
  readonly path: string;
  /** Whether it is on a disk: there, what is overwritten may survive. */
  readonly isOnDisk: boolean;

  /**
   * @param name shown by editors
   * @param places directories to try, those in memory first
   */
  constructor(name: string, { inMemory, onDisk }: { readonly inMemory: readonly string[]; readonly onDisk: string }) {
    const memory = inMemory.find(isUsable);
    this.#directory = mkdtempSync(join(memory ?? onDisk, 'bulwark-'));
    this.isOnDisk = memory === undefined;
    this.path = join(this.#directory, name);
    writeFileSync(this.path, '', { flag: 'wx', mode: 0o600 });
  }

  /** What stands in it. */
  read(): string {
    return readFileSync(this.path, 'utf8');
  }

  /** Puts a text into it. */
  write(text: string): void {
    writeFileSync(this.path, text, { mode: 0o600 });
  }

  /** Overwrites and removes whatever is in the directory, and the directory. */
  wipe(): void {
    for (const name of readdirSync(this.#directory, { recursive: true, encoding: 'utf8' })) {
      const path = join(this.#directory, name);
      if (lstatSync(path).isFile()) overwrite(path);
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const isUsable = (directory: string): boolean => {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
};

const overwrite = (path: string): void => {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    for (let at = 0; at < size; at += zeros.length) writeSync(file, zeros, 0, Math.min(zeros.length, size - at), at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const zeros = Buffer.alloc(65_536);
