import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BotocoreModel } from './botocore.ts';

/** A model file found in a folder, not read yet. */
export interface FoundModel {
  /** The service's folder or file name in botocore: `kms`, `cognito-idp`. */
  readonly service: string;
  readonly path: string;
}

/**
 * Lists the service models of a folder, in either layout: `<service>.json`, or botocore's own data folder
 * `<service>/<version>/service-2.json[.gz]`, of which the newest version counts.
 */
export const findModels = (folder: string): readonly FoundModel[] =>
  readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const path = join(folder, entry);
      if (entry.endsWith('.json')) return [{ service: basename(entry, '.json'), path }];
      if (!statSync(path).isDirectory()) return [];
      const newest = newestVersion(path);
      return newest === undefined ? [] : [{ service: entry, path: newest }];
    })
    .filter(({ path }) => basename(path).startsWith('service-2.json') || isModel(path));

/** Reads and, where needed, unpacks a model. */
export const readModel = (path: string): BotocoreModel => {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
};

const newestVersion = (folder: string): string | undefined =>
  readdirSync(folder)
    .sort()
    .reverse()
    .flatMap((version) => [join(folder, version, 'service-2.json'), join(folder, version, 'service-2.json.gz')])
    .find((path) => existsSync(path));

const isModel = (path: string): boolean => {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof content === 'object' && content !== null && 'operations' in content && 'shapes' in content;
};
