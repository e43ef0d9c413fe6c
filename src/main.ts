#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { join } from 'node:path';

const nodeMajor = 24;

if (Number.parseInt(process.versions.node, 10) < nodeMajor) {
  process.stderr.write(
    `bulwark: needs Node ${nodeMajor}, this is ${process.versions.node}. "npm ci" installed the right one: use "npm start -- …" or "npm run bulwark -- …".\n`,
  );
  process.exit(2);
}
// Threads find the cache by the variable. Not in the system's temporary directory, Node's default: what others can write
// there would run here.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'bulwark');
nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { run } = await import('./cli/run.ts');
await run(process.argv, process.env);
