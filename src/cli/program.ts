import { Command, Option as Flag } from 'commander';
import { type Config, configFileOption, type Option, options, readConfig } from '../config.ts';

/** What each command does, given a configuration; `main` supplies the real ones. */
export interface Commands {
  start(config: Config): Promise<void>;
  resetRoot(config: Config): Promise<void>;
  verifyJournal(config: Config): Promise<void>;
}

const examples = `
Examples:
  $ bulwark start                                        serve on http://127.0.0.1:4566, state in ./.bulwark
  $ bulwark start --port 5000 --data ./d --mode enforced
  $ bulwark start --data :memory: --mode open            a throw-away server for a test suite
  $ bulwark start --tls --host 0.0.0.0                   HTTPS with a certificate of a generated CA
  $ bulwark credentials reset-root --data ./d            a new root access key, printed once
  $ bulwark verify-journal --data ./d                    prove that no audit record was changed or removed

From a checkout, "npm start -- --port 5000" is "bulwark start --port 5000".`;

/** The command line: every command reads the same settings. */
export const buildProgram = (
  commands: Commands,
  environment: Readonly<Record<string, string | undefined>>,
): Command => {
  const program = new Command('bulwark')
    .description('The AWS security plane on your own machine: KMS, IAM and STS that enforce')
    .addHelpText('after', examples)
    .showHelpAfterError('(see "bulwark --help")');

  withSettings(program.command('start').description('serve until SIGTERM or SIGINT'), options).action((flags) =>
    commands.start(readConfig(textOf(flags), environment)),
  );
  withSettings(
    program
      .command('credentials')
      .description('manage the root access key')
      .command('reset-root')
      .description('delete the root access keys of the account and print a new one; the server must be stopped'),
    named('data', 'account', 'region'),
  ).action((flags) => commands.resetRoot(readConfig(textOf(flags), environment)));
  withSettings(
    program
      .command('verify-journal')
      .description(
        'check the whole audit journal of a data directory; exits with 1 when a record was changed, removed or reordered',
      ),
    named('data'),
  ).action((flags) => commands.verifyJournal(readConfig(textOf(flags), environment)));
  return program;
};

const named = (...names: readonly string[]): readonly Option[] => options.filter(({ name }) => names.includes(name));

const withSettings = (command: Command, settings: readonly Option[]): Command => {
  for (const setting of [...settings, configFileOption]) command.addOption(flagOf(setting));
  return command;
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
