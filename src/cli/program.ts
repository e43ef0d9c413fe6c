import { Command, Option as Flag } from 'commander';
import { type Config, configFileOption, type Option, options, readConfig } from '../config.ts';

const examples = `
Examples:
  $ bulwark start                                        serve on http://127.0.0.1:4566, state in ./.bulwark
  $ bulwark start --port 5000 --data ./d --mode enforced
  $ bulwark start --data :memory: --mode open            a throw-away server for a test suite
  $ bulwark start --tls --host 0.0.0.0                   HTTPS with a certificate of a generated CA
  $ bulwark credentials reset-root --data ./d            a new root access key, printed once
  $ bulwark verify-journal --data ./d                    prove that no audit record was changed or removed

From a checkout, "npm start -- --port 5000" is "bulwark start --port 5000".`;

const named = (...names: readonly string[]): readonly Option[] => options.filter(({ name }) => names.includes(name));

/** One command; its code is loaded when it is run. */
interface CommandRow {
  readonly name: string;
  readonly description: string;
  readonly settings: readonly Option[];
  readonly run: () => Promise<(config: Config) => Promise<void>>;
}

const commands: readonly CommandRow[] = [
  {
    name: 'start',
    description: 'serve until SIGTERM or SIGINT',
    settings: options,
    run: async () => (await import('./start.ts')).startCommand,
  },
  {
    name: 'status',
    description: 'ask a running server whether it is ready; exits with 1 when it is not',
    settings: named('port', 'host', 'tls', 'tls-cert', 'tls-key', 'data'),
    run: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'verify-journal',
    description: 'check the whole audit journal; exits with 1 when a record was changed, removed or reordered',
    settings: named('data'),
    run: async () => (await import('./verify-journal.ts')).verifyJournalCommand,
  },
  {
    name: 'reset-root',
    description: 'delete the root access keys of the account and print a new one; the server must be stopped',
    settings: named('data', 'account', 'region'),
    run: async () => (await import('./reset-root.ts')).resetRootCommand,
  },
];

/** The command line: every command reads the same settings. */
export const buildProgram = (environment: Readonly<Record<string, string | undefined>>): Command => {
  const program = new Command('bulwark')
    .description('The AWS security plane on your own machine: KMS, IAM and STS that enforce')
    .addHelpText('after', examples)
    .showHelpAfterError('(see "bulwark --help")');

  const credentials = program.command('credentials').description('manage the root access key');
  for (const { name, description, settings, run } of commands) {
    const parent = name === 'reset-root' ? credentials : program;
    const command = parent.command(name).description(description);
    for (const setting of [...settings, configFileOption]) command.addOption(flagOf(setting));
    command.action(async (flags) => (await run())(readConfig(textOf(flags), environment)));
  }
  return program;
};

const flagOf = ({ name, value, help, env, default: byDefault }: Option): Flag => {
  const notes = [env, ...(byDefault === undefined ? [] : [`default ${byDefault}`])].join(', ');
  return new Flag(value === undefined ? `--${name}` : `--${name} <${value}>`, `${help} (${notes})`);
};

/** Commander names `--tls-cert` `tlsCert` and gives switches as booleans; settings go by their flag name, as text. */
const textOf = (flags: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      String(value),
    ]),
  );
