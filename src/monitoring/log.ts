import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

/** The log of one process: JSON lines on standard error, each there before what follows it is done. */
export const openLog = ({ logLevel }: Pick<Config, 'logLevel'>): Logger =>
  pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
