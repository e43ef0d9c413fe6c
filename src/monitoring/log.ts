import { writeSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

/**
 * The log of one process: JSON lines on standard error, each there before what follows it is done. Lines that cannot be
 * written, to a full disk, are lost: the server goes on without them, and with the log once there is room.
 */
export const openLog = ({ logLevel }: Pick<Config, 'logLevel'>): Logger =>
  pino({ level: logLevel, base: null }, { write: writeLine });

/** Whether the last line was cut off: then the next begins a line of its own. */
let torn = false;

const writeLine = (line: string): void => {
  const bytes = Buffer.from(torn ? `\n${line}` : line);
  try {
    torn = writeSync(2, bytes) < bytes.length;
  } catch {
    // Nobody is left to be told, and no request is to fail for it.
  }
};
