import { png } from './png.ts';

/** Rows of modules; true is dark. */
export type Modules = readonly (readonly boolean[])[];

/** A QR code of a text as PNG: four pixels a module, with the quiet zone. */
export const qrCodePng = (text: string): Buffer => png(qrCode(text), { pixelsPerModule: 4, quietModules: 4 });

/** Error correction level L. Per version: data codewords, error correction codewords a block, blocks, alignment centres. */
const versions: readonly (readonly [data: number, ecc: number, blocks: number, centres: readonly number[]])[] = [
  [19, 7, 1, []],
  [34, 10, 1, [6, 18]],
  [55, 15, 1, [6, 22]],
  [80, 20, 1, [6, 26]],
  [108, 26, 1, [6, 30]],
  [136, 18, 2, [6, 34]],
  [156, 20, 2, [6, 22, 38]],
  [194, 24, 2, [6, 24, 42]],
  [232, 30, 2, [6, 26, 46]],
];

/**
 * Makes a QR code (ISO/IEC 18004) in byte mode, level L, of the smallest version up to 9, with mask 0: every reader
 * undoes any mask, and one that looks best is not worth the search.
 *
 * @param text up to 230 bytes in UTF-8
 * @throws {RangeError} longer text
 */
export const qrCode = (text: string): Modules => {
  const bytes = Buffer.from(text);
  const index = versions.findIndex(([data]) => bytes.length + 2 <= data);
  if (index === -1) throw new RangeError('too long for a QR code');
  const version = index + 1;
  const canvas = new Canvas(version, versions[index]![3]);
  canvas.fill(codewordsOf(bytes, index));
  return canvas.modules;
};

/** Data and error correction codewords, interleaved. */
const codewordsOf = (bytes: Buffer, index: number): readonly number[] => {
  const [dataLength, eccLength, blockCount] = versions[index]!;
  // Mode 0100 and an 8-bit length shift the bytes by 12 bits; the terminator fills the last half byte.
  const data = [0x40 | (bytes.length >> 4), ((bytes.length & 15) << 4) | ((bytes[0] ?? 0) >> 4)];
  for (let at = 0; at < bytes.length; at++) data.push(((bytes[at]! & 15) << 4) | ((bytes[at + 1] ?? 0) >> 4));
  for (let pad = 0xec; data.length < dataLength; pad ^= 0xec ^ 0x11) data.push(pad);
  const size = dataLength / blockCount;
  const blocks = Array.from({ length: blockCount }, (_, block) => data.slice(block * size, (block + 1) * size));
  const eccs = blocks.map((block) => remainder(block, eccLength));
  const interleave = (rows: readonly (readonly number[])[]) => rows[0]!.flatMap((_, at) => rows.map((row) => row[at]!));
  return [...interleave(blocks), ...interleave(eccs)];
};

/** Reed-Solomon remainder over GF(256) with the polynomial 0x11d. */
const remainder = (block: readonly number[], length: number): readonly number[] => {
  const generator = generatorOf(length);
  let rest: number[] = new Array(length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest[0]!;
    rest = [...rest.slice(1), 0].map((value, at) => value ^ multiply(generator[at]!, factor));
  }
  return rest;
};

/** Coefficients of (x − 1)(x − 2)(x − 4)…, highest first, without the leading 1. */
const generatorOf = (length: number): readonly number[] => {
  let coefficients = [1];
  for (let degree = 0, root = 1; degree < length; degree++, root = multiply(root, 2)) {
    const shifted = [...coefficients, 0];
    coefficients = shifted.map((value, at) => value ^ (at === 0 ? 0 : multiply(coefficients[at - 1]!, root)));
  }
  return coefficients.slice(1);
};

const multiply = (a: number, b: number): number => {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product >> 7 ? 0x11d : 0);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
};

/** The matrix: function patterns first, then data in the modules that are left. */
class Canvas {
  readonly modules: boolean[][];
  readonly #reserved: boolean[][];
  readonly #size: number;

  constructor(version: number, centres: readonly number[]) {
    const size = 17 + 4 * version;
    this.#size = size;
    this.modules = Array.from({ length: size }, () => new Array(size).fill(false));
    this.#reserved = Array.from({ length: size }, () => new Array(size).fill(false));
    for (let at = 0; at < size; at++) {
      this.#set(6, at, at % 2 === 0);
      this.#set(at, 6, at % 2 === 0);
    }
    for (const [row, column] of [
      [3, 3],
      [3, size - 4],
      [size - 4, 3],
    ] as const)
      this.#square(row, column, 4);
    const last = centres.at(-1);
    for (const row of centres) {
      for (const column of centres) {
        const onFinder = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
        if (!onFinder) this.#square(row, column, 2);
      }
    }
    this.#format();
    if (version >= 7) this.#version(version);
  }

  /** Writes codewords from the right, two columns at a time, up and down, and masks them. */
  fill(codewords: readonly number[]): void {
    const size = this.#size;
    let bit = 0;
    for (let right = size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upward = ((right + 1) & 2) === 0;
      for (let step = 0; step < size; step++) {
        const row = upward ? size - 1 - step : step;
        for (const column of [right, right - 1]) {
          if (this.#reserved[row]![column]) continue;
          const dark = bit < codewords.length * 8 && ((codewords[bit >> 3]! >> (7 - (bit & 7))) & 1) === 1;
          this.modules[row]![column] = dark !== ((row + column) % 2 === 0);
          bit++;
        }
      }
    }
  }

  #set(row: number, column: number, dark: boolean): void {
    this.modules[row]![column] = dark;
    this.#reserved[row]![column] = true;
  }

  /** Rings around a centre: those of finders end with a light one. */
  #square(centreRow: number, centreColumn: number, radius: number): void {
    for (let row = -radius; row <= radius; row++) {
      for (let column = -radius; column <= radius; column++) {
        const [y, x] = [centreRow + row, centreColumn + column];
        if (y < 0 || x < 0 || y >= this.#size || x >= this.#size) continue;
        const distance = Math.max(Math.abs(row), Math.abs(column));
        this.#set(y, x, radius === 4 ? distance !== 2 && distance !== 4 : distance !== 1);
      }
    }
  }

  /** Level L and mask 0, protected by a BCH code, twice; and the module that is always dark. */
  #format(): void {
    const level = 0b01000;
    let rest = level;
    for (let round = 0; round < 10; round++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((level << 10) | rest) ^ 0x5412;
    const isDark = (at: number): boolean => ((bits >> at) & 1) === 1;
    const size = this.#size;
    for (let at = 0; at < 15; at++) {
      const row = at < 6 ? at : at < 8 ? at + 1 : 8;
      const column = at < 8 ? 8 : at === 8 ? 7 : 14 - at;
      this.#set(row, column, isDark(at));
      if (at < 8) this.#set(8, size - 1 - at, isDark(at));
      else this.#set(size - 15 + at, 8, isDark(at));
    }
    this.#set(size - 8, 8, true);
  }

  #version(version: number): void {
    let rest = version;
    for (let round = 0; round < 12; round++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let at = 0; at < 18; at++) {
      const dark = ((bits >> at) & 1) === 1;
      const [far, near] = [this.#size - 11 + (at % 3), Math.floor(at / 3)];
      this.#set(near, far, dark);
      this.#set(far, near, dark);
    }
  }
}
