import type { Config } from '../../config.ts';

/** What one check found. */
export interface Finding {
  /** What was looked at, e.g. `root key`. */
  readonly check: string;
  /** `problem`: it does not work, or is not safe; `warning`: it will not, or may not be; `ok`: nothing to do. */
  readonly level: 'ok' | 'warning' | 'problem';
  /** What was found, as a sentence without full stop. */
  readonly finding: string;
  /** What to do about it; present for everything but `ok`. */
  readonly fix?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly config: Config;
  /** Variables of the shell, as a client started from it would see them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One area of checks. It throws for nothing but what the operating system does not let it look at. */
export type Check = (patient: Patient) => readonly Finding[] | Promise<readonly Finding[]>;

/** Nothing to do. */
export const ok = (check: string, finding: string): Finding => ({ check, level: 'ok', finding });

/** Works now, but will not, or is less safe than it could be. */
export const warning = (check: string, finding: string, fix: string): Finding => ({
  check,
  level: 'warning',
  finding,
  fix,
});

/** Does not work, or is not safe. */
export const problem = (check: string, finding: string, fix: string): Finding => ({
  check,
  level: 'problem',
  finding,
  fix,
});
