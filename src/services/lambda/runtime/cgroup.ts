import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The control groups that bound the processes of one execution environment together. */
export interface ControlGroup {
  /** Files that a process writes 0 to, to be bounded. */
  readonly entrances: readonly string[];
  /** Anonymous memory of all processes, in bytes. */
  memoryBytes(): number;
  /** Whether the kernel ended a process because memory was up. */
  outOfMemory(): boolean;
  /** Removes the groups, as soon as their processes are gone. */
  remove(): void;
}

/** A hierarchy in which this process may make groups. */
interface Hierarchy {
  readonly folder: string;
  readonly version: 1 | 2;
}

/** Where groups can be made: one hierarchy of version 2, or those of memory and of pids. */
interface Place {
  readonly memory: Hierarchy;
  readonly pids: Hierarchy;
}

const root = '/sys/fs/cgroup';
const name = /^bulwark-lambda-(\d+)-\d+$/;

let made = 0;
let found: { readonly place: Place | undefined } | undefined;

/** Whether memory and processes can be bounded on this host. */
export const canBound = (): boolean => placeOnce() !== undefined;

/**
 * Makes groups; undefined where this process may not.
 *
 * @param memoryBytes most memory of all processes together, files in memory included
 * @param processes most processes and threads at one time
 */
export const makeControlGroup = (memoryBytes: number, processes: number): ControlGroup | undefined => {
  const place = placeOnce();
  if (!place) return undefined;
  const own = `bulwark-lambda-${process.pid}-${made++}`;
  const folders = [...new Set([place.memory.folder, place.pids.folder])].map((folder) => join(folder, own));
  const memory = join(place.memory.folder, own);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  if (place.memory.version === 2) {
    writeFileSync(join(memory, 'memory.max'), String(memoryBytes));
    tryTo(() => writeFileSync(join(memory, 'memory.swap.max'), '0'));
    tryTo(() => writeFileSync(join(memory, 'memory.oom.group'), '1'));
  } else writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryBytes));
  writeFileSync(join(place.pids.folder, own, 'pids.max'), String(processes));
  const count = (file: string, line: RegExp): number =>
    tryTo(() => Number(line.exec(readFileSync(join(memory, file), 'utf8'))?.[1] ?? 0)) ?? 0;
  return {
    entrances: folders.map((folder) => join(folder, 'cgroup.procs')),
    memoryBytes: () => count('memory.stat', place.memory.version === 2 ? /^anon (\d+)$/m : /^total_rss (\d+)$/m),
    outOfMemory: () =>
      place.memory.version === 2
        ? count('memory.events', /^oom_kill (\d+)$/m) > 0
        : count('memory.oom_control', /^oom_kill (\d+)$/m) > 0,
    remove: () => removeSoon(folders),
  };
};

/** Removes the groups of servers that have ended without doing so. */
export const removeAbandonedGroups = (isGone: (pid: number) => boolean): void => {
  const place = placeOnce();
  for (const folder of place ? new Set([place.memory.folder, place.pids.folder]) : []) {
    for (const entry of readdirSync(folder)) {
      const pid = name.exec(entry)?.[1];
      if (pid !== undefined && isGone(Number(pid))) removeSoon([join(folder, entry)]);
    }
  }
};

const retryMs = 50;
const maxRetries = 40;

/** Processes that were killed take a moment to be gone. */
const removeSoon = (folders: readonly string[], retries = maxRetries): void => {
  const rest = folders.filter((folder) => !wasRemoved(folder));
  if (rest.length > 0 && retries > 0) setTimeout(() => removeSoon(rest, retries - 1), retryMs).unref();
};

const wasRemoved = (folder: string): boolean => {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

const placeOnce = (): Place | undefined => {
  found ??= { place: process.platform === 'linux' ? findPlace() : undefined };
  return found.place;
};

const findPlace = (): Place | undefined => {
  const own = tryTo(() => readFileSync('/proc/self/cgroup', 'utf8')) ?? '';
  const unified = /^0::(.*)$/m.exec(own)?.[1] ?? '/';
  for (const path of new Set([dirname(unified), unified, '/'])) {
    const folder = join(root, path);
    if (works(folder, ['memory.max', 'pids.max'], true)) {
      const hierarchy = { folder, version: 2 } as const;
      return { memory: hierarchy, pids: hierarchy };
    }
  }
  const [memory, pids] = (['memory', 'pids'] as const).map((controller) => {
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(own)?.[1] ?? '/';
    const limit = controller === 'memory' ? 'memory.limit_in_bytes' : 'pids.max';
    return [join(root, controller, path), join(root, controller)].find((folder) => works(folder, [limit], false));
  });
  if (memory === undefined || pids === undefined) return undefined;
  return { memory: { folder: memory, version: 1 }, pids: { folder: pids, version: 1 } };
};

/** Makes a group to see whether it is bounded, and removes it. */
const works = (folder: string, limits: readonly string[], delegates: boolean): boolean => {
  if (delegates) tryTo(() => writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids'));
  const probe = join(folder, `bulwark-lambda-${process.pid}-${made++}`);
  const bounded = tryTo(() => {
    mkdirSync(probe);
    return limits.every((limit) => readFileSync(join(probe, limit), 'utf8') !== '');
  });
  tryTo(() => rmdirSync(probe));
  return bounded ?? false;
};

/** @returns undefined: the host refused */
const tryTo = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
