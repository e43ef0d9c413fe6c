import { writeSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { pauseThread } from '../process/pause.ts';

/**
 * The log of one process: JSON lines on standard error, each there before what follows it is done. Lines that cannot be
 * written, to a full disk or a pipe that nobody reads, are lost: the server goes on without them, and with the log once there
 * is room.
 */
export const openLog = ({ logLevel }: Pick<Config, 'logLevel'>): Logger =>
  pino({ level: logLevel, base: null }, { write: writeLine });

/** How long a line waits for the reader of a full pipe, in milliseconds; those that follow one that was lost do not wait. */
const patienceMs = 1000;
const pauseMs = 5;

/** Whether the last line was cut off: then the next begins a line of its own. */
let torn = false;
/** Whether the last line was taken. */
let isRead = true;

const writeLine = (line: string): void => {
  const bytes = Buffer.from(torn ? `\n${line}` : line);
  const until = performance.now() + (isRead ? patienceMs : 0);
  let written = 0;
  try {
    for (;;) {
      written += writeSome(bytes.subarray(written));
      if (written === bytes.length || performance.now() >= until) break;
      pauseThread(pauseMs);
    }
  } catch {
    // Nobody is left to be told, and no request is to fail for it.
  }
  isRead = written === bytes.length;
  if (written > 0) torn = !isRead;
};

/** @returns how many bytes there was room for: none in a pipe that is full */
const writeSome = (bytes: Buffer): number => {
  try {
    return writeSync(2, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
};
