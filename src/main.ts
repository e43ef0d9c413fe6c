#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Threads find the cache by the variable. Not in the system's temporary directory, Node's default: what others can write
// there would run here.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'bulwark');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { run } = await import('./cli/run.ts');
await run(process.argv, process.env);
