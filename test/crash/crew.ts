import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../children.ts';
import type { SpawnedServer } from '../spawned-server.ts';

const replacedMs = 60_000;

/**
 * Waits until so many workers of a server on a directory have opened the store. Workers are replaced by themselves; until a
 * new one serves, the last of the old ones must not be killed: port 0 would be another port then.
 */
export const wholeCrew = async (server: SpawnedServer, workers: number): Promise<void> => {
  for (const until = Date.now() + replacedMs; server.workers.filter(hasOpenedStore).length < workers; await sleep(20)) {
    assert.ok(Date.now() < until, 'a worker was not replaced');
  }
};

/** Kills a worker of a whole crew, and waits until another one has its place. */
export const replaceWorker = async (server: SpawnedServer, workers: number): Promise<void> => {
  const crew = server.workers;
  const victim = crew[Math.floor(Math.random() * crew.length)]!;
  process.kill(victim, 'SIGKILL');
  while (isRunning(victim)) await sleep(5);
  await wholeCrew(server, workers);
};

const hasOpenedStore = (pid: number): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`).endsWith('/lock-workers'));
  } catch (error) {
    return endedMeanwhile(error, false);
  }
};

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch (error) {
    return endedMeanwhile(error, '');
  }
};

/** @throws {Error} it is for another reason that /proc does not tell */
const endedMeanwhile = <T>(error: unknown, instead: T): T => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return instead;
  throw error;
};
