import { createHash, hash, type KeyObject } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { randomBytes } from '../crypto/random.ts';
import { FrameCompressor } from './frame-compressor.ts';
import { IntegrityError } from './keyring.ts';
import { type LogLines, textsIn } from './log-lines.ts';
import { emptySet } from './record-set.ts';

/** What seals a log; may be sent to another thread. */
export interface LogKey {
  readonly key: KeyObject;
  readonly storeId: Uint8Array;
}

/** All records of one commit group, sealed as one row. docs/formats/journal.md */
export interface LogBlock {
  /** Sequence number of its first record. */
  readonly first: number;
  readonly count: number;
  readonly sealed: Uint8Array;
}

/** The end of the chain. Hashes are 64 hex digits. */
export interface LogHead {
  /** Number of the last record; 0 when there is none. */
  readonly sequence: number;
  readonly hash: string;
  /** hash(0): random for each log. */
  readonly genesis: string;
  /** Digest of the records that belong to this state of the log, 32 hex digits; docs/formats/record.md */
  readonly set: string;
}

/** An opened block. Hashes are 64 hex digits. */
export interface OpenBlock {
  /** The chain's hash before its first record. */
  readonly previous: string;
  readonly texts: readonly string[];
  /** The chain's hash after its last record, computed anew. */
  hash(): string;
}

/** Smaller blocks are stored as they are: compressing them costs more than it saves. docs/decisions/0002-journal-blocks.md */
const compressFromBytes = 4096;
const compressionLevel = -3;
/** Bits of a block's codec. Blocks of formats up to 3 are chained record by record. */
const codecBits = { zstd: 1, chainedWhole: 2 } as const;
const hashBytes = 32;
const setBytes = 16;
const headBytes = 8 + 2 * hashBytes;

/** The chain's hash after a block. @param previous before it, in hex */
const hashAfter = (previous: string, place: Buffer, lines: Uint8Array): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(place).update(lines).digest('hex');

/** As {@link hashAfter}, of a block that is chained record by record. */
const hashAfterEach = (previous: string, first: number, texts: readonly string[]): string =>
  texts.reduce((chained, text, position) => hash('sha256', `${chained}:${first + position}:${text}`), previous);

/** Which records a block has: first (u64) ‖ count (u32). */
const placeOf = (first: number, count: number): Buffer => {
  const place = Buffer.alloc(12);
  place.writeBigUInt64BE(BigInt(first), 0);
  place.writeUInt32BE(count, 8);
  return place;
};

/** The head of a new, empty log. */
export const newLog = (): LogHead => {
  const genesis = randomBytes(hashBytes).toString('hex');
  return { sequence: 0, hash: genesis, genesis, set: emptySet };
};

/** Chains and seals blocks of log records, and opens them again. */
export class LogChain {
  readonly #blocks: AeadKey;
  readonly #heads: AeadKey;
  readonly #storeId: Buffer;
  readonly #compressor = new FrameCompressor(compressionLevel);

  constructor({ key, storeId }: LogKey) {
    this.#blocks = AeadKey.from(key, 'bulwark/log');
    this.#heads = AeadKey.from(key, 'bulwark/log-head');
    this.#storeId = Buffer.from(storeId);
  }

  /** The block that follows `head`, and the head after it. @param lines of at least one record */
  sealBlock(head: LogHead, { count, bytes }: LogLines): { block: LogBlock; head: LogHead } {
    const first = head.sequence + 1;
    const place = placeOf(first, count);
    const compressed = bytes.length >= compressFromBytes;
    const codec = codecBits.chainedWhole | (compressed ? codecBits.zstd : 0);
    const body = compressed ? this.#compressor.compress(bytes) : bytes;
    const content = Buffer.concat([Buffer.from(head.hash, 'hex'), Buffer.of(codec), body]);
    const sealed = this.#blocks.seal(content, this.#blockAad(place));
    const last = { ...head, sequence: head.sequence + count, hash: hashAfter(head.hash, place, bytes) };
    return { block: { first, count, sealed }, head: last };
  }

  /** @throws {IntegrityError} altered or moved; whether it follows the block before is for the caller to compare */
  openBlock({ first, count, sealed }: LogBlock): OpenBlock {
    const place = placeOf(first, count);
    const content = opened(this.#blocks, sealed, this.#blockAad(place), `the log block at record ${first}`);
    const previous = content.toString('hex', 0, hashBytes);
    const codec = content[hashBytes]!;
    const body = content.subarray(hashBytes + 1);
    const lines = codec & codecBits.zstd ? zstdDecompressSync(body) : body;
    const texts = textsIn(lines);
    const isWhole = (codec & codecBits.chainedWhole) !== 0;
    return {
      previous,
      texts,
      hash: () => (isWhole ? hashAfter(previous, place, lines) : hashAfterEach(previous, first, texts)),
    };
  }

  /**
   * Requires a log to end where its head says; that the blocks before follow each other is for verification.
   *
   * @param newest block, as of the moment of the head; undefined: there is none
   * @throws {IntegrityError} blocks or the head were removed or put back
   */
  requireEnd(head: LogHead, newest: LogBlock | undefined): void {
    const end = newest ? newest.first + newest.count - 1 : 0;
    const fits = end === head.sequence && (newest ? this.openBlock(newest).hash() : head.genesis) === head.hash;
    if (fits) return;
    throw new IntegrityError(
      `the journal was cut off or put back: it ends with record ${end}, and its head names ${end === head.sequence ? 'another one' : `record ${head.sequence}`}. "bulwark verify-journal" says what is left; restore a backup.`,
    );
  }

  sealHead({ sequence, hash, genesis, set }: LogHead): Buffer {
    const content = Buffer.alloc(headBytes + setBytes);
    content.writeBigUInt64BE(BigInt(sequence), 0);
    content.write(hash, 8, 'hex');
    content.write(genesis, 8 + hashBytes, 'hex');
    content.write(set, headBytes, 'hex');
    return this.#heads.seal(content, this.#headAad());
  }

  /** @throws {IntegrityError} */
  openHead(sealed: Uint8Array): LogHead {
    const content = opened(this.#heads, sealed, this.#headAad(), 'the head of the log');
    return {
      sequence: Number(content.readBigUInt64BE(0)),
      hash: content.toString('hex', 8, 8 + hashBytes),
      genesis: content.toString('hex', 8 + hashBytes, headBytes),
      // Format 1 had none: migration adds it.
      set: content.length > headBytes ? content.toString('hex', headBytes) : emptySet,
    };
  }

  #blockAad(place: Buffer): Buffer {
    return Buffer.concat([Buffer.from('log\0'), this.#storeId, place]);
  }

  #headAad(): Buffer {
    return Buffer.concat([Buffer.from('log-head\0'), this.#storeId]);
  }
}

const opened = (key: AeadKey, sealed: Uint8Array, aad: Buffer, what: string): Buffer => {
  try {
    return key.open(Buffer.from(sealed), aad);
  } catch (cause) {
    if (cause instanceof AeadError) throw new IntegrityError(`${what} was altered or moved`, { cause });
    throw cause;
  }
};
