import { asBuffer } from './as-buffer.ts';

/** Records as a block has them. */
export interface LogLines {
  readonly count: number;
  /** Their texts in UTF-8, joined by line feeds; in memory of its own, so that it may be sent to another thread. */
  readonly bytes: Uint8Array;
}

/** Records as lines. @param texts without line feeds */
export const linesOf = (texts: readonly string[]): LogLines => {
  const text = texts.join('\n');
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return { count: texts.length, bytes };
};

/** Lines without some of their records. @param left positions of those to leave out */
export const linesWithout = ({ bytes }: LogLines, left: ReadonlySet<number>): LogLines =>
  linesOf(textsIn(bytes).filter((_, position) => !left.has(position)));

/** The texts again. */
export const textsIn = (bytes: Uint8Array): string[] => asBuffer(bytes).toString().split('\n');
