import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');

/** What each folder of src may import from, besides itself. the files on top and `cli` and `testing` stand above all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  agent: ['client', 'wire', 'crypto'],
  client: ['crypto'],
  crypto: [],
  hsm: [],
  model: [],
  kubernetes: ['seal'],
  xks: ['crypto'],
  'xks-proxy': ['xks', 'seal', 'wire', 'kernel', 'crypto'],
  observe: [],
  policy: [],
  process: [],
  seal: ['crypto'],
  store: ['crypto', 'process', 'seal'],
  journal: ['store', 'crypto'],
  events: ['journal', 'store', 'crypto'],
  kernel: ['model', 'policy', 'journal', 'store', 'crypto'],
  wire: ['kernel', 'model', 'crypto'],
  rotators: ['kernel', 'store', 'crypto'],
  services: ['kernel', 'policy', 'store', 'crypto', 'events', 'hsm', 'xks'],
};

/** Folders whose types anybody may name; an `import type` costs nothing and ties nobody to behaviour. */
const sharedTypes = ['policy', 'store', 'journal', 'kernel'];

/** Files at the top of src, and folders, that may import everything. */
const above = [
  'main',
  'cli',
  'compose',
  'config',
  'options',
  'setting-values',
  'root-key',
  'meters',
  'operator-routes',
  'first-start',
  'open-mode',
  'plant',
  'quota-routes',
  'rotation-routes',
  'seal-settings',
  'hsm-settings',
  'xks-settings',
  'blob-settings',
  'tls-settings',
  'sealed-server',
  'service-set',
  'seed',
  'test-endpoints',
  'testing',
  'monitoring',
  'metadata',
  'web-identity-routes',
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

const isTest = (file: string): boolean => file.endsWith('.test.ts');

const importsOf = (file: string): Import[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'/gms)].map(
    ([, type, target]) => ({
      from: file,
      to: resolve(dirname(file), target!),
      typeOnly: type !== undefined,
    }),
  );

const layerOf = (file: string): string => relative(source, file).split('/')[0]!.replace(/\.ts$/, '');

const serviceOf = (file: string): string | undefined => /^services\/([^/]+)\//.exec(relative(source, file))?.[1];

const product = files(source).filter((file) => !isTest(file));

describe('architecture', () => {
  it('every folder imports only what lies below it', () => {
    const broken = product
      .filter((file) => !above.includes(layerOf(file)))
      .flatMap(importsOf)
      .filter(({ from, to, typeOnly }) => {
        const [mine, theirs] = [layerOf(from), layerOf(to)];
        if (mine === theirs || mayImport[mine]?.includes(theirs)) return false;
        return !(typeOnly && sharedTypes.includes(theirs));
      })
      .map(({ from, to }) => `${relative(root, from)} -> ${relative(root, to)}`);
    assert.deepEqual(broken, []);
  });

  it('no service imports another service', () => {
    const broken = product
      .flatMap(importsOf)
      .filter(({ from, to }) => serviceOf(from) && serviceOf(to) && serviceOf(from) !== serviceOf(to))
      .map(({ from, to }) => `${relative(root, from)} -> ${relative(root, to)}`);
    assert.deepEqual(broken, []);
  });

  it('every operation file links its API page', () => {
    const operations = product.filter((file) => /\/services\/[^/]+\/operations\//.test(file));
    assert.ok(operations.length > 0);
    const missing = operations.filter(
      (file) => !/@see https:\/\/docs\.aws\.amazon\.com\//.test(readFileSync(file, 'utf8')),
    );
    assert.deepEqual(
      missing.map((file) => relative(root, file)),
      [],
    );
  });

  it('the process environment is read in main alone, and for where tests keep their state', () => {
    const readers = product
      .filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(root, file));
    assert.deepEqual(readers, ['src/main.ts', 'src/testing/test-place.ts']);
  });

  it('no AWS package is imported at run time', () => {
    const importers = product
      .filter((file) => layerOf(file) !== 'testing')
      .filter((file) => /^import (?!type )[^;]*from '@(?:aws-sdk|smithy)\//m.test(readFileSync(file, 'utf8')));
    assert.deepEqual(
      importers.map((file) => relative(root, file)),
      [],
    );
  });

  it('decision 6 knows every comparison that takes the same time whatever differs', () => {
    const review = readFileSync(join(root, 'docs', 'decisions', '0006-comparing-and-keeping-secrets.md'), 'utf8');
    const unknown = product
      .filter((file) => /\btimingSafeEqual\(/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(source, file).replace(/^services\//, ''))
      .filter((file) => !review.includes(`\`${file}\``));
    assert.deepEqual(unknown, []);
  });

  it('nothing is left unfinished in the source', () => {
    const words = /\b(?:TODO|FIXME|XXX|HACK)\b|not implemented|\.only\(/;
    const left = files(source).filter((file) => words.test(readFileSync(file, 'utf8')));
    assert.deepEqual(
      left.map((file) => relative(root, file)),
      [],
    );
  });

  it('every exported name has a docstring', () => {
    const bare = product
      .filter((file) => layerOf(file) !== 'model')
      .flatMap((file) => {
        const lines = readFileSync(file, 'utf8').split('\n');
        return lines.flatMap((line, index) => {
          const name = /^export (?:abstract )?(?:async )?(?:class|const|function|interface|type) (\w+)/.exec(line)?.[1];
          const above = lines[index - 1] ?? '';
          return name && !/\*\/\s*$/.test(above) && !/^\/\/ biome-ignore/.test(above)
            ? [`${relative(root, file)}: ${name}`]
            : [];
        });
      });
    assert.deepEqual(bare, []);
  });
});
