import { readFileSync } from 'node:fs';

/** Processes that a process has started and that still run, from Linux's /proc. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
