/** A value of the part of CBOR that COSE and attestation documents use. Maps keep their order; keys are text or integers. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Buffer
  | readonly CborValue[]
  | ReadonlyMap<string | number, CborValue>;

/** Bytes that are not CBOR, or more of CBOR than is read here: floats, indefinite lengths, unknown tags. */
export class CborError extends Error {}

const maxDepth = 8;

/**
 * Reads one CBOR value and nothing after it.
 *
 * @param tag one that may stand in front of the whole value
 * @throws {CborError}
 * @see RFC 8949 §3
 */
export const decodeCbor = (bytes: Buffer, tag?: number): CborValue => {
  const reader = new Reader(bytes);
  if (tag !== undefined && bytes[0]! >> 5 === 6 && reader.head().argument !== tag) throw new CborError('another tag');
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new CborError('bytes after the value');
  return value;
};

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  head(): { major: number; argument: number } {
    const initial = this.#take(1)[0]!;
    const [major, short] = [initial >> 5, initial & 0x1f];
    if (short < 24) return { major, argument: short };
    if (short > 27) throw new CborError('indefinite length');
    const argument = this.#take(1 << (short - 24));
    if (major === 7) throw new CborError('not a simple value');
    if (argument.length < 8) return { major, argument: argument.readUIntBE(0, argument.length) };
    const wide = argument.readBigUInt64BE();
    if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw new CborError('integer too large');
    return { major, argument: Number(wide) };
  }

  value(depth: number): CborValue {
    if (depth > maxDepth) throw new CborError('nested too deep');
    const { major, argument } = this.head();
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.#take(argument);
      case 3:
        return this.#take(argument).toString('utf8');
      case 4:
        return this.#array(argument, depth);
      case 5:
        return this.#map(argument, depth);
      default:
        return simple(major, argument);
    }
  }

  #array(length: number, depth: number): readonly CborValue[] {
    const items: CborValue[] = [];
    // A length that the bytes cannot hold ends at their end, not before it in memory.
    while (items.length < length) items.push(this.value(depth + 1));
    return items;
  }

  #map(length: number, depth: number): ReadonlyMap<string | number, CborValue> {
    const map = new Map<string | number, CborValue>();
    while (map.size < length) {
      const key = this.value(depth + 1);
      if ((typeof key !== 'string' && typeof key !== 'number') || map.has(key)) throw new CborError('bad map key');
      map.set(key, this.value(depth + 1));
    }
    return map;
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.at) throw new CborError('cut short');
    const taken = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}

const simples: Readonly<Record<number, CborValue>> = { 20: false, 21: true, 22: null, 23: null };

const simple = (major: number, argument: number): CborValue => {
  const value = major === 7 ? simples[argument] : undefined;
  if (value === undefined) throw new CborError('a tag or simple value that is not known here');
  return value;
};

/** A byte string. */
export const encodeCborBytes = (bytes: Uint8Array): Buffer => Buffer.concat([encodeHead(2, bytes.length), bytes]);

/** A text string. */
export const encodeCborText = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([encodeHead(3, bytes.length), bytes]);
};

/** An array of values that are encoded already. */
export const encodeCborArray = (...items: readonly Uint8Array[]): Buffer =>
  Buffer.concat([encodeHead(4, items.length), ...items]);

const encodeHead = (major: number, argument: number): Buffer => {
  const width = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : 4;
  const head = Buffer.alloc(1 + width);
  head[0] = (major << 5) | (width === 0 ? argument : 24 + Math.log2(width));
  if (width > 0) head.writeUIntBE(argument, 1, width);
  return head;
};
