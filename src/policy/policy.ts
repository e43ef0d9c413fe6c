/** One JSON policy after parsing: immutable, cheap to evaluate. Filled in by `compile.ts`. */
export type { CompiledPolicy } from './compile.ts';
