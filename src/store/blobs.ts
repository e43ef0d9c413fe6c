import { createSecretKey } from 'node:crypto';
import { AeadKey, aeadOverheadBytes } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { randomBytes } from '../crypto/random.ts';
import { IntegrityError } from './keyring.ts';
import type { Objects } from './objects/objects.ts';

/** What finds and opens a blob: a secret, to be kept in a sealed record. docs/formats/blobs.md */
export interface BlobReference {
  /** 32 hex digits. */
  readonly id: string;
  /** Base64. */
  readonly key: string;
  /** Length of the content. */
  readonly bytes: number;
}

const magic = Buffer.from('bulwark-blob\0\x01', 'latin1');
const idBytes = 16;
const headerBytes = magic.length + idBytes + 4;
const chunkBytes = 1_048_576;
const smallestChunkBytes = 4096;
const largestChunkBytes = 16 * 1_048_576;

const folder = 'blobs/';
/** Younger objects may be about to get their reference. */
const orphanAfterMs = 24 * 3_600_000;

/**
 * Large things, sealed in chunks before they leave this process. A blob is written first and exists for somebody once its
 * reference is committed; whatever lies between the two is an orphan, to be collected.
 */
export class Blobs {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Seals and stores, durably; holds one chunk in memory. @throws {ObjectsUnavailable} nothing is there, or an orphan */
  async write(content: AsyncIterable<Uint8Array>): Promise<BlobReference> {
    const id = randomBytes(idBytes);
    const secret = randomBytes(32);
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of content) {
        bytes += piece.length;
        yield piece;
      }
    };
    await this.#objects.put(nameOf(id.toString('hex')), sealed(keyOf(secret), formatHeader(id), counted()));
    const reference = { id: id.toString('hex'), key: secret.toString('base64'), bytes };
    secret.fill(0);
    return reference;
  }

  /**
   * Opens; every piece that is given out is proved to be what was written there.
   *
   * @throws {IntegrityError} altered, cut off, continued or exchanged; pieces before that may have been given out
   * @throws {NoSuchObject} @throws {ObjectsUnavailable}
   */
  async *read({ id, key, bytes }: BlobReference): AsyncGenerator<Buffer> {
    const secret = Buffer.from(key, 'base64');
    const source = new Exactly(this.#objects.get(nameOf(id))[Symbol.asyncIterator](), id);
    const header = await source.take(headerBytes);
    const chunk = parseHeader(header, id);
    const aead = keyOf(secret);
    secret.fill(0);
    const last = Math.max(0, Math.ceil(bytes / chunk) - 1);
    for (let index = 0; index <= last; index++) {
      const length = index < last ? chunk : bytes - last * chunk;
      const piece = await source.take(length + aeadOverheadBytes);
      yield opened(aead, piece, aadOf(header, index, index === last), id);
    }
    await source.requireEnd();
  }

  /**
   * Deletes orphans that are older than a day.
   *
   * @param referenced ids of all blobs that somebody has, read when this is called: later ones are younger than a day
   * @returns how many were deleted
   */
  async collectOrphans(referenced: () => Promise<ReadonlySet<string>>, now = Date.now()): Promise<number> {
    const old: string[] = [];
    for await (const { name, storedAt } of this.#objects.list(folder)) {
      if (storedAt < now - orphanAfterMs) old.push(name);
    }
    if (old.length === 0) return 0;
    const kept = await referenced();
    const orphans = old.filter((name) => !kept.has(name.slice(folder.length)));
    for (const name of orphans) await this.#objects.delete(name);
    return orphans.length;
  }
}

const nameOf = (id: string): string => folder + id;

const keyOf = (secret: Buffer): AeadKey => AeadKey.from(createSecretKey(secret), 'bulwark/blob');

async function* sealed(key: AeadKey, header: Buffer, content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  yield header;
  let index = 0;
  let held = Buffer.alloc(0);
  for await (const piece of content) {
    held = Buffer.concat([held, piece]);
    // The last chunk says that it is the last, so a full one waits until more has come.
    while (held.length > chunkBytes) {
      yield key.seal(held.subarray(0, chunkBytes), aadOf(header, index++, false));
      held = held.subarray(chunkBytes);
    }
  }
  yield key.seal(held, aadOf(header, index, true));
}

const opened = (key: AeadKey, piece: Buffer, aad: Buffer, id: string): Buffer => {
  try {
    return key.open(piece, aad);
  } catch (cause) {
    if (cause instanceof AeadError) throw altered(id, cause);
    throw cause;
  }
};

const formatHeader = (id: Buffer): Buffer => {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  id.copy(header, magic.length);
  header.writeUInt32BE(chunkBytes, magic.length + idBytes);
  return header;
};

/** @returns the chunk size */
const parseHeader = (header: Buffer, id: string): number => {
  const chunk = header.readUInt32BE(magic.length + idBytes);
  const isOurs = header.subarray(0, magic.length).equals(magic);
  const isIt = header.toString('hex', magic.length, magic.length + idBytes) === id;
  if (!isOurs || !isIt || chunk < smallestChunkBytes || chunk > largestChunkBytes) throw altered(id);
  return chunk;
};

const aadOf = (header: Buffer, index: number, isLast: boolean): Buffer => {
  const place = Buffer.alloc(9);
  place.writeBigUInt64BE(BigInt(index));
  place.writeUInt8(isLast ? 1 : 0, 8);
  return Buffer.concat([header, place]);
};

const altered = (id: string, cause?: unknown): IntegrityError =>
  new IntegrityError(`the blob ${id} was altered, cut off or exchanged`, { cause });

/** Takes exact lengths from pieces of any length. */
class Exactly {
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #id: string;
  #held: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterator<Buffer>, id: string) {
    this.#pieces = pieces;
    this.#id = id;
  }

  /** @throws {IntegrityError} it ends before */
  async take(length: number): Promise<Buffer> {
    const pieces = [this.#held];
    let bytes = this.#held.length;
    while (bytes < length) {
      const { done, value } = await this.#pieces.next();
      if (done) throw altered(this.#id);
      pieces.push(value);
      bytes += value.length;
    }
    const joined = pieces.length === 1 ? this.#held : Buffer.concat(pieces, bytes);
    this.#held = joined.subarray(length);
    return joined.subarray(0, length);
  }

  /** @throws {IntegrityError} there is more */
  async requireEnd(): Promise<void> {
    if (this.#held.length > 0 || !(await this.#pieces.next()).done) throw altered(this.#id);
  }
}
