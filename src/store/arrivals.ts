import { NotLoaded } from './store.ts';

/** How long it is told that something could not be read, in milliseconds, before it is read again. */
const refusalMs = 200;

/** Takes over what reads have to wait for as soon as it is there: whoever waits may take long to come back to it. */
export class Arrivals {
  /** Why what was waited for cannot be read, by name: for those who waited, however long they take to come back to it. */
  readonly #refusals = new Map<string, unknown>();

  /**
   * @param read reads into a cache, from which it answers where it has been read already
   * @throws {NotLoaded} it has to be waited for; otherwise as `read`
   */
  read<T>(name: string, read: () => T): T {
    if (this.#refusals.has(name)) throw this.#refusals.get(name);
    try {
      return read();
    } catch (error) {
      if (error instanceof NotLoaded) throw new NotLoaded(error.loaded.then(() => this.#takeOver(name, read)));
      throw error;
    }
  }

  #takeOver(name: string, read: () => unknown): void {
    if (this.#refusals.has(name)) return;
    try {
      read();
    } catch (error) {
      if (error instanceof NotLoaded) return;
      this.#refusals.set(name, error);
      setTimeout(() => this.#refusals.delete(name), refusalMs).unref();
    }
  }
}
