import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Time that appending 4 KiB and one fdatasync take on the disk of a directory, in milliseconds. */
export const fsyncFloorMs = (directory: string): { readonly p50: number; readonly p99: number } => {
  const path = join(directory, 'fsync-floor');
  const file = openSync(path, 'a');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 300 }, () => {
    const began = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  closeSync(file);
  unlinkSync(path);
  return { p50: times[150]!, p99: times[297]! };
};
