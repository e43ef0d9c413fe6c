import { constants, createZstdCompress, type ZstdCompress, type ZstdOptions, zstdCompressSync } from 'node:zlib';

/** What is compressed to more than this is compressed by itself: the context and its target would stay that large. */
const mostKeptBytes = 1024 * 1024;

/** The fields behind `zstdCompressSync`, which makes a stream with a context for each call, and throws both away. */
interface Internals {
  readonly _handle?: {
    writeSync?(
      flush: number,
      from: Uint8Array,
      at: number,
      bytes: number,
      to: Uint8Array,
      toAt: number,
      room: number,
    ): void;
  } | null;
  /** After `writeSync`: room that is left, bytes that were not read. */
  readonly _writeState?: Uint32Array;
}

/**
 * Makes Zstandard frames in one context: making a context costs three times what it costs to compress a block of the journal
 * (docs/decisions/0002-journal-blocks.md). The frames are the same as those of `zstdCompressSync`.
 */
export class FrameCompressor {
  readonly #options: ZstdOptions;
  #stream: (ZstdCompress & Internals) | undefined;
  #target: Buffer = Buffer.alloc(0);

  /** @param level of compression; negative ones are faster */
  constructor(level: number) {
    this.#options = { params: { [constants.ZSTD_c_compressionLevel]: level } };
  }

  /** @returns a frame, in memory that the next call may write over */
  compress(bytes: Uint8Array): Buffer {
    return this.#compressInContext(bytes) ?? zstdCompressSync(bytes, this.#options);
  }

  /** @returns undefined where this Node has no such fields, or the frame would be too large */
  #compressInContext(bytes: Uint8Array): Buffer | undefined {
    const room = mostBytesOf(bytes.length);
    if (room > mostKeptBytes) return undefined;
    this.#stream ??= createZstdCompress(this.#options);
    const { _handle: handle, _writeState: state } = this.#stream;
    if (!handle?.writeSync || !state) return undefined;
    if (this.#target.length < room) this.#target = Buffer.allocUnsafeSlow(room);
    // What an error would leave as it is.
    state.set([0, bytes.length]);
    handle.writeSync(constants.ZSTD_e_end, bytes, 0, bytes.length, this.#target, 0, this.#target.length);
    const [left, unread] = state;
    if (unread === 0 && left! > 0) return this.#target.subarray(0, this.#target.length - left!);
    this.#stream = undefined;
    return undefined;
  }
}

/** More than a frame can take. @see ZSTD_compressBound in zstd.h */
const mostBytesOf = (bytes: number): number => bytes + (bytes >> 8) + 1024;
