import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { randomBytes } from '../../crypto/random.ts';
import { syncDirectory } from '../../seal/durable-file.ts';
import { makePrivateDirectory } from '../../seal/private-directory.ts';
import { NoSuchObject, type Objects, ObjectsUnavailable, requireName, type StoredObject } from './objects.ts';

/** Objects as files of a directory, which is made when the first is stored; nobody else can read them. */
export class DirectoryObjects implements Objects {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async put(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#pathOf(name);
    // Listed like an object: one that a crash left is collected as an orphan.
    const beside = `${path}.${randomBytes(4).toString('hex')}.partial`;
    try {
      makePrivateDirectory(dirname(path));
      const file = await open(beside, 'wx', 0o600);
      try {
        for await (const piece of content) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      syncDirectory(dirname(path));
      syncDirectory(this.#root);
    } catch (error) {
      // What cannot be removed is collected as an orphan; the first error says more.
      await rm(beside, { force: true }).catch(() => undefined);
      throw isSystemError(error) ? unavailable(error) : error;
    }
  }

  async *get(name: string): AsyncGenerator<Buffer> {
    try {
      for await (const piece of createReadStream(this.#pathOf(name))) yield piece as Buffer;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'ENOENT') throw new NoSuchObject(`there is no ${name} in ${this.#root}`, { cause: error });
      throw unavailable(error);
    }
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const found = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      if (isSystemError(error) && error.code === 'ENOENT') return [];
      throw error;
    });
    for (const entry of found) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(this.#root, path).split(sep).join('/');
      if (entry.isFile() && name.startsWith(prefix)) yield { name, storedAt: (await stat(path)).mtimeMs };
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  #pathOf(name: string): string {
    requireName(name);
    return join(this.#root, ...name.split('/'));
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

const unavailable = (cause: Error): ObjectsUnavailable => new ObjectsUnavailable(cause.message, { cause });
