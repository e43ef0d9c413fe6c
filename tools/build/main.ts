/**
 * `npm run build`: bundles the server into `dist/`, where it starts faster and needs less memory than from `src/`. Runs
 * before every start and does nothing while `dist/` is newer than the source. @see docs/decisions/0004-bundled-start.md
 */
import { cpSync, existsSync, globSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const target = join(root, 'dist');
const stamp = join(target, 'built');

/** Threads are entry points of their own: `new Worker(new URL('./x.ts', import.meta.url))` finds `x.js` beside the bundle. */
const entryPoints = [
  'src/main.ts',
  'src/store/engines/sqlite-writer.ts',
  'src/seal/pkcs11-thread.ts',
  'src/crypto/crypto-thread.ts',
  'src/hsm/device-thread.ts',
];

/** Files that modules read from beside themselves, and so from beside the bundle. */
const data = [
  'src/model/*.json',
  'src/model/iam-data',
  'src/services/iam/*.jsonl',
  'src/services/lambda/runtime/*.{mjs,py,sh}',
];

const isStale = (): boolean => {
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const inputs = globSync(['src', 'src/**', 'package-lock.json', 'tools/build/*'], { cwd: root });
  return inputs.some((path) => statSync(join(root, path)).mtimeMs > built);
};

const build = async (): Promise<void> => {
  const fresh = `${target}.${process.pid}`;
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entryPoints.map((path) => [path.replace(/^.*\//, '').replace(/\.ts$/, ''), path])),
    outdir: fresh,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'threads',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
            const { readFile } = await import('node:fs/promises');
            const text = await readFile(path, 'utf8');
            return { loader: 'ts', contents: text.replace(/(new URL\('\.\/[\w-]+)\.ts'/g, "$1.js'") };
          }),
      },
    ],
  });
  for (const path of globSync(data, { cwd: root })) {
    cpSync(join(root, path), join(fresh, path.replace(/^.*\//, '')), { recursive: true });
  }
  writeFileSync(join(fresh, 'built'), '');
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
};

if (isStale()) await build();
