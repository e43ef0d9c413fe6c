import { Command, Option as Flag } from 'commander';
import { readConfig } from '../config.ts';
import { version } from '../monitoring/version.ts';
import { configFileOption } from '../options.ts';
import type { Argument, FlagRow } from './command-row.ts';
import { commands } from './commands.ts';

const examples = `
Examples:
  $ bulwark start                                        serve on http://127.0.0.1:4566, state in ./.bulwark
  $ bulwark start --port 5000 --data ./d --mode enforced
  $ bulwark start --data :memory: --mode open            a throw-away server for a test suite
  $ bulwark start --tls --host 0.0.0.0                   HTTPS with a certificate of a generated CA
  $ bulwark credentials reset-root --data ./d            a new root access key, printed once
  $ bulwark init --seal shares --seal-shares 3/5          a new data directory that 3 of 5 people open
  $ bulwark backup --data ./d --to d.backup               while the server runs; restore --from d.backup --data ./d2
  $ bulwark explain 7d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a  why a request was refused, and what would allow it
  $ bulwark policy test cases.yaml                       what policies allow and refuse, for CI
  $ bulwark policy generate --principal arn:aws:iam::000000000000:role/app --since 90d   least privilege from use
  $ bulwark verify-journal --data ./d                    prove that no audit record was changed or removed
  $ bulwark run --path /my-app/prod -- npm start         a program with parameters and secrets in its environment

From a checkout, "npm start -- --port 5000" is "bulwark start --port 5000".`;

/** The command line: every command reads the same settings. */
export const buildProgram = (environment: Readonly<Record<string, string | undefined>>): Command => {
  const program = new Command('bulwark')
    .description(
      'The AWS security plane on your own machine: KMS, IAM, Organizations, Parameter Store and more that enforce',
    )
    .version(`bulwark ${version}, Node ${process.versions.node}`)
    .addHelpText('after', examples)
    .showHelpAfterError('(see "bulwark --help")')
    .enablePositionalOptions();

  const groups = new Map([
    ['credentials', program.command('credentials').description('temporary credentials, and the root access key')],
    ['quotas', program.command('quotas').description('decide requests for higher quotas')],
    ['policy', program.command('policy').description('test policies, and derive them from use')],
    ['seal', program.command('seal').description('how the root key is kept')],
    ['secrets', program.command('secrets').description('edit, compare, export and import parameters and secrets')],
  ]);
  for (const { name, description, settings, flags: own = [], argument, examples: more, run } of commands) {
    const [last, group] = name.split(' ').reverse();
    const command = groups.get(name) ?? (groups.get(group ?? '') ?? program).command(last!);
    // Flags after a command of a group are that command's own.
    command.description(description).enablePositionalOptions();
    for (const setting of [...settings, ...own, configFileOption]) command.addOption(flagOf(setting));
    if (argument) command.argument(placeholderOf(argument), argument.help);
    if (argument?.verbatim) command.passThroughOptions();
    command.addHelpText('after', more).showHelpAfterError(`(see "bulwark ${name} --help")`);
    command.action(async (...parameters) => {
      const given = textOf(parameters.at(-2));
      const ofItsOwn = Object.fromEntries(
        own.map((option) => [option.name, given[option.name] ?? environment[option.env]]),
      );
      const operands = argument ? [parameters[0] ?? []].flat().map(String) : [];
      if (operands.length > 0) ofItsOwn[argument!.name] = operands.join('\n');
      return (await run())(readConfig(given, environment), ofItsOwn, environment, operands);
    });
  }
  return program;
};

const placeholderOf = ({ name, several, optional }: Argument): string => {
  const text = `${name}${several ? '...' : ''}`;
  return optional ? `[${text}]` : `<${text}>`;
};

const flagOf = ({ name, value, help, env, default: byDefault, several }: FlagRow): Flag => {
  const notes = [env, ...(byDefault === undefined ? [] : [`default ${byDefault}`])].join(', ');
  const flag = new Flag(value === undefined ? `--${name}` : `--${name} <${value}>`, `${help} (${notes})`);
  return several ? flag.argParser((one, before?: string) => (before ? `${before},${one}` : one)) : flag;
};

/** Commander names `--tls-cert` `tlsCert` and gives switches as booleans; settings go by their flag name, as text. */
const textOf = (flags: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      String(value),
    ]),
  );
