/** Bytes by name: a directory, or a bucket. What is stored there is sealed before it comes here. */
export interface Objects {
  /**
   * Stores an object, durably: whole or not at all. One of the same name is replaced.
   *
   * @param name segments of letters, digits, `.`, `_` and `-`, joined by `/`
   * @throws {ObjectsUnavailable}
   */
  put(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws {NoSuchObject} @throws {ObjectsUnavailable} */
  get(name: string): AsyncIterable<Buffer>;
  /** Every object whose name begins so. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Nothing happens where there is none. */
  delete(name: string): Promise<void>;
}

/** An object as it is listed. */
export interface StoredObject {
  readonly name: string;
  /** When it was stored, in milliseconds since the epoch, by the clock of the place. */
  readonly storedAt: number;
}

/** There is no object of that name. */
export class NoSuchObject extends Error {}

/** The place does not answer, or refuses; the message says what. */
export class ObjectsUnavailable extends Error {}

/** What is configured for a place makes no sense; the message says what to write instead. */
export class ObjectsMisconfigured extends Error {}

/** @throws {RangeError} not a name that every place can hold */
export const requireName = (name: string): void => {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name) || name.length > 512)
    throw new RangeError(`${JSON.stringify(name)} is not a name of an object`);
};
