import { hash, type KeyObject } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { randomBytes } from '../crypto/random.ts';
import { IntegrityError } from './keyring.ts';
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

/** An opened block: its texts and the chain's hash before the first of them. */
export interface OpenBlock {
  readonly previous: string;
  readonly texts: readonly string[];
}

/** Smaller blocks are stored as they are: compressing them costs more than it saves. docs/decisions/0002-journal-blocks.md */
const compressFromBytes = 4096;
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: -3 } };
const codecs = { plain: 0, zstd: 1 } as const;
const hashBytes = 32;
const setBytes = 16;
const headBytes = 8 + 2 * hashBytes;

/** hash(n) of the chain. @param previous hash(n − 1) in hex */
export const chainHash = (previous: string, sequence: number, text: string): string =>
  hash('sha256', `${previous}:${sequence}:${text}`);

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

  constructor({ key, storeId }: LogKey) {
    this.#blocks = AeadKey.from(key, 'bulwark/log');
    this.#heads = AeadKey.from(key, 'bulwark/log-head');
    this.#storeId = Buffer.from(storeId);
  }

  /** The block that follows `head`, and the head after it. @param texts at least one, without line feeds */
  sealBlock(head: LogHead, texts: readonly string[]): { block: LogBlock; head: LogHead } {
    let chained = head.hash;
    let sequence = head.sequence;
    for (const text of texts) chained = chainHash(chained, ++sequence, text);

    const first = head.sequence + 1;
    const plain = Buffer.from(texts.join('\n'));
    const compressed = plain.length >= compressFromBytes;
    const body = compressed ? zstdCompressSync(plain, zstd) : plain;
    const codec = compressed ? codecs.zstd : codecs.plain;
    const content = Buffer.concat([Buffer.from(head.hash, 'hex'), Buffer.of(codec), body]);
    const sealed = this.#blocks.seal(content, this.#blockAad(first, texts.length));
    return { block: { first, count: texts.length, sealed }, head: { ...head, sequence, hash: chained } };
  }

  /** @throws {IntegrityError} altered or moved; whether it follows the block before is for the caller to compare */
  openBlock({ first, count, sealed }: LogBlock): OpenBlock {
    const content = opened(this.#blocks, sealed, this.#blockAad(first, count), `the log block at record ${first}`);
    const body = content.subarray(hashBytes + 1);
    const plain = content[hashBytes] === codecs.zstd ? zstdDecompressSync(body) : body;
    return { previous: content.toString('hex', 0, hashBytes), texts: plain.toString('utf8').split('\n') };
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

  #blockAad(first: number, count: number): Buffer {
    const place = Buffer.alloc(12);
    place.writeBigUInt64BE(BigInt(first), 0);
    place.writeUInt32BE(count, 8);
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
