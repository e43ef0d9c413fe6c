import type { Socket } from 'node:net';

/**
 * Where the kernel puts what arrives, on whichever socket of this thread: node:net otherwise takes 64 KiB for each read and
 * gives back what was not filled, which costs as much as the read (docs/decisions/0003-hot-path.md).
 */
const arrivals = Buffer.allocUnsafeSlow(64 * 1024);

/** The fields behind node:net's option `onread`, which it offers to clients and not to servers. */
interface OnRead {
  readonly buffer: symbol;
  readonly callback: symbol;
}

let fields: OnRead | undefined;

/**
 * Has `received` called with what arrives, each time with bytes of its own, and starts to read.
 *
 * @param socket cleartext, not read from yet
 * @returns false: this Node has no such fields, nothing was done
 */
export const readTogether = (socket: Socket, received: (chunk: Buffer) => void): boolean => {
  fields ??= findFields(socket);
  const { _handle: handle } = socket as { _handle?: Handle | null };
  if (!fields || !handle?.useUserBuffer) return false;
  Object.assign(socket, {
    [fields.buffer]: arrivals,
    [fields.callback]: (bytes: number) => {
      const chunk = Buffer.allocUnsafe(bytes);
      arrivals.copy(chunk, 0, 0, bytes);
      received(chunk);
      return true;
    },
  });
  handle.useUserBuffer(arrivals);
  socket.resume();
  return true;
};

interface Handle {
  useUserBuffer?(buffer: Uint8Array): void;
}

const findFields = (socket: Socket): OnRead | undefined => {
  const symbols = Object.getOwnPropertySymbols(socket);
  const [buffer, callback] = ['kBuffer', 'kBufferCb'].map((name) => symbols.find((each) => each.description === name));
  return buffer && callback ? { buffer, callback } : undefined;
};
