import type { Config } from '../config.ts';
import type { Option } from '../options.ts';

/** Flags by name, or variables of the environment. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** A flag of one command; where it may be given several times, its values are joined by commas. */
export interface FlagRow extends Option {
  readonly several?: boolean;
}

/** What stands after a command without a flag. */
export interface Argument {
  readonly name: string;
  readonly help: string;
  readonly several?: boolean;
  readonly optional?: boolean;
  /** From the first one on, everything belongs to another program, flags too. */
  readonly verbatim?: boolean;
}

/** One command; its code is loaded when it is run. */
export interface CommandRow {
  /** One word, or that of a group before it. */
  readonly name: string;
  readonly description: string;
  readonly settings: readonly Option[];
  /** Flags of this command alone; not in the configuration file. */
  readonly flags?: readonly FlagRow[];
  /** Given to the command like a flag of that name, several joined by line feeds, and as they are. */
  readonly argument?: Argument;
  /** What `--help` says after the flags: how it is used, as lines to paste. */
  readonly examples: string;
  readonly run: () => Promise<
    (config: Config, flags: Texts, environment: Texts, operands: readonly string[]) => Promise<void>
  >;
}
