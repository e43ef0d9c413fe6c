import { isUtf8 } from 'node:buffer';
import { fault } from '../../kernel/fault.ts';

/** Deepest nesting of arrays, maps and tags that a body may have. */
export const maxDepth = 64;

/**
 * A strict CBOR scanner (RFC 8949) that compiled decoders pull values from, so that nothing is built that the model does not
 * ask for. Takes definite and indefinite lengths; a length is believed only as far as the body reaches.
 *
 * Every method throws the fault `Serialization` on what it did not expect.
 */
export class CborReader {
  readonly #bytes: Buffer;
  #at = 0;
  #depth = 0;

  /** @param body the bytes of the HTTP body; blobs that are read from it share its memory */
  constructor(body: Buffer) {
    this.#bytes = body;
  }

  /** True when nothing is left. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Consumes `null` or `undefined` if it is next. */
  skipNull(): boolean {
    const next = this.#bytes[this.#at];
    if (next !== NULL && next !== UNDEFINED) return false;
    this.#at += 1;
    return true;
  }

  /** Reads a map; `visit` has to consume each entry's value. */
  eachEntry(visit: (key: string) => void): void {
    const count = this.#open(MAP, 2);
    for (let index = 0; count === INDEFINITE ? !this.#skipBreak() : index < count; index++) visit(this.text());
    this.#depth -= 1;
  }

  /** Reads an array; `visit` has to consume each element. */
  eachElement(visit: () => void): void {
    const count = this.#open(ARRAY, 1);
    for (let index = 0; count === INDEFINITE ? !this.#skipBreak() : index < count; index++) visit();
    this.#depth -= 1;
  }

  /** A text string of valid UTF-8. */
  text(): string {
    const bytes = this.#string(TEXT);
    if (!isUtf8(bytes)) throw malformed('A string is not valid UTF-8');
    return bytes.toString('utf8');
  }

  /** A byte string; definite ones share the body's memory. */
  bytes(): Buffer {
    return this.#string(BYTES);
  }

  /** An integer: a bigint only beyond ±(2^53 - 1). */
  integer(): number | bigint {
    const major = this.#peekMajor();
    if (major !== UNSIGNED && major !== NEGATIVE) throw malformed();
    const argument = this.#argument(this.#byte() & 0x1f);
    if (argument === INDEFINITE) throw malformed();
    if (major === UNSIGNED) return argument;
    if (typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER) return -1 - argument;
    return -1n - BigInt(argument);
  }

  /** An integer or a floating-point number of any width, NaN and the infinities among them. */
  number(): number {
    if (this.#peekMajor() !== SIMPLE) return Number(this.integer());
    const kind = this.#byte();
    const at = this.#at;
    this.#take(kind === HALF ? 2 : kind === SINGLE ? 4 : kind === DOUBLE ? 8 : fail());
    if (kind === DOUBLE) return this.#bytes.readDoubleBE(at);
    return kind === SINGLE ? this.#bytes.readFloatBE(at) : halfFloat(this.#bytes.readUInt16BE(at));
  }

  /** `true` or `false`. */
  boolean(): boolean {
    const next = this.#byte();
    if (next !== TRUE && next !== FALSE) throw malformed();
    return next === TRUE;
  }

  /** Seconds since the epoch: a number under tag 1 (§3.4.2). */
  epochSeconds(): number {
    if (this.#byte() !== EPOCH_TAG) throw malformed();
    return this.number();
  }

  /** Passes over any value; it still has to be CBOR. */
  skip(): void {
    switch (this.#peekMajor()) {
      case UNSIGNED:
      case NEGATIVE:
        this.integer();
        return;
      case BYTES:
        this.bytes();
        return;
      case TEXT:
        this.text();
        return;
      case ARRAY:
        this.eachElement(() => this.skip());
        return;
      case MAP:
        this.eachEntry(() => this.skip());
        return;
      case TAG:
        this.#open(TAG, 0);
        this.skip();
        this.#depth -= 1;
        return;
      default:
        if (!this.skipNull() && !this.#skipBoolean()) this.number();
    }
  }

  #skipBoolean(): boolean {
    const next = this.#bytes[this.#at];
    if (next !== TRUE && next !== FALSE) return false;
    this.#at += 1;
    return true;
  }

  /** @param elementBytes what an element takes at least: no count is believed that the rest of the body cannot hold */
  #open(major: number, elementBytes: number): number {
    if (this.#peekMajor() !== major) throw malformed();
    const count = this.#argument(this.#byte() & 0x1f);
    if (++this.#depth > maxDepth) throw malformed(`The body is nested deeper than ${maxDepth} levels`);
    if (major === TAG) return count === INDEFINITE ? fail() : 0;
    if (typeof count === 'bigint' || count * elementBytes > this.#bytes.length - this.#at) throw malformed();
    return count;
  }

  #string(major: number): Buffer {
    if (this.#peekMajor() !== major) throw malformed();
    const length = this.#argument(this.#byte() & 0x1f);
    if (length !== INDEFINITE) return this.#take(length);
    const chunks: Buffer[] = [];
    while (!this.#skipBreak()) {
      // §3.2.3: chunks are definite strings of the same type.
      if (this.#peekMajor() !== major) throw malformed();
      const chunkLength = this.#argument(this.#byte() & 0x1f);
      if (chunkLength === INDEFINITE) throw malformed();
      chunks.push(this.#take(chunkLength));
    }
    return Buffer.concat(chunks);
  }

  #take(length: number | bigint): Buffer {
    if (typeof length === 'bigint' || length > this.#bytes.length - this.#at) throw malformed();
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  #argument(additional: number): number | bigint {
    if (additional < 24) return additional;
    const at = this.#at;
    switch (additional) {
      case 24:
        return this.#take(1)[0]!;
      case 25:
        return this.#take(2) && this.#bytes.readUInt16BE(at);
      case 26:
        return this.#take(4) && this.#bytes.readUInt32BE(at);
      case 27: {
        this.#take(8);
        const value = this.#bytes.readBigUInt64BE(at);
        return value <= MAX_SAFE ? Number(value) : value;
      }
      case 31:
        return INDEFINITE;
      default:
        throw malformed();
    }
  }

  #skipBreak(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }

  #peekMajor(): number {
    const next = this.#bytes[this.#at];
    if (next === undefined) throw malformed();
    return next >> 5;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw malformed();
    this.#at += 1;
    return byte;
  }
}

/** The fault for what is no CBOR, or not what the model wants. */
export const malformed = (message = 'Unexpected CBOR'): Error => fault('Serialization', message);

const fail = (): never => {
  throw malformed();
};

/** @see RFC 8949 appendix D */
const halfFloat = (bits: number): number => {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
};

/** No length: the items end at a break. */
const INDEFINITE = -1;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;

const EPOCH_TAG = 0xc1;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const HALF = 0xf9;
const SINGLE = 0xfa;
const DOUBLE = 0xfb;
const BREAK = 0xff;
