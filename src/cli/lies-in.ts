import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** Whether a path, which need not be there, leads into a directory, by whatever links. */
export const liesIn = (directory: string, path: string): boolean => {
  const way = relative(realOf(resolve(directory)), realOf(resolve(path)));
  return way !== '..' && !way.startsWith('../') && resolve(way) !== way;
};

/** A path without links, of what is there of it. */
const realOf = (path: string): string => {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realOf(dirname(path)), basename(path));
};
