import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How functions of one family are run. */
export interface RuntimeProgram {
  /** The interpreter, and what comes before the name of the handler. */
  readonly command: readonly string[];
  /** Files and folders of the host that it needs besides its system's. */
  readonly needs: readonly string[];
}

/** The program of a runtime; undefined: the host has none. @param runtime `nodejs22.x`, `python3.12` */
export const findRuntime = (runtime: string): RuntimeProgram | undefined => {
  if (/^nodejs(?:18|20|22|24)\.x$/.test(runtime)) return node;
  return /^python3\.\d+$/.test(runtime) ? python() : undefined;
};

/** Beside this module, as beside the bundle. */
const bootstrap = (name: string): string => join(import.meta.dirname, name);

const node: RuntimeProgram = {
  command: [process.execPath, bootstrap('bootstrap.mjs')],
  needs: [...new Set([realpathSync(process.execPath), process.execPath]), bootstrap('bootstrap.mjs')],
};

let foundPython: { readonly program: RuntimeProgram | undefined } | undefined;

const python = (): RuntimeProgram | undefined => {
  foundPython ??= { program: findPython() };
  return foundPython.program;
};

const findPython = (): RuntimeProgram | undefined => {
  try {
    const script = 'import sys; print(sys.executable); print(sys.base_prefix); print(sys.prefix)';
    const [executable = '', ...prefixes] = execFileSync('python3', ['-c', script], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const needs = [...new Set([dirname(dirname(realpathSync(executable))), ...prefixes])];
    return { command: [executable, '-u', bootstrap('bootstrap.py')], needs: [...needs, bootstrap('bootstrap.py')] };
  } catch {
    return undefined;
  }
};
