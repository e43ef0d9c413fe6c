/** Loaded into a process before anything else: its wall clock is ahead of the real one by what a file says at the moment. */
import { readFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file')!;
const realNow = Date.now;
const now = (): number => realNow() + Number(readFileSync(file, 'latin1'));

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
