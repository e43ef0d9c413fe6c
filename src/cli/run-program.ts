import { AwsClient } from '../client/aws-client.ts';
import { readAwsSettings } from '../client/aws-settings.ts';
import { ClientError } from '../client/client-error.ts';
import { nameBelow, parametersBelow } from '../client/parameters.ts';
import { currentSecret, membersOf, textOfMember } from '../client/secret-value.ts';
import type { Config } from '../config.ts';
import type { Texts } from './command-row.ts';
import { toVariables } from './environment-names.ts';
import { pathOf } from './secrets/place.ts';

/**
 * `bulwark run`: becomes another program, with parameters and secrets in its environment. They are on no disk, and as
 * nothing stays between that program and whoever started it, its signals and exit status are its own.
 */
export const runProgramCommand = async (
  _config: Config,
  flags: Texts,
  environment: Texts,
  command: readonly string[],
): Promise<void> => {
  const { path: paths = '', secret: secrets = '', prefix = '', 'one-level': oneLevel, pristine } = flags;
  if (!/^([A-Za-z_]\w*)?$/.test(prefix)) throw new ClientError('prefix: expected letters, digits and _');
  if (!paths && !secrets) throw new ClientError('give --path, --secret or both');
  const client = new AwsClient(readAwsSettings(flags, environment), 'bulwark-run');
  const asked = [
    ...list(paths).map((path) => ofPath(client, pathOf(path), prefix, oneLevel !== 'true')),
    ...list(secrets).map((secret) => ofSecret(client, secret, prefix)),
  ];
  const kept = pristine === 'true' ? {} : environment;
  const variables = Object.assign({}, kept, ...(await Promise.all(asked)).map((part) => Object.fromEntries(part)));
  become(command, variables);
};

const list = (text: string): readonly string[] => text.split(',').filter(Boolean);

type Variables = ReadonlyMap<string, string>;

const ofPath = async (client: AwsClient, path: string, prefix: string, recursive: boolean): Promise<Variables> => {
  const found = await parametersBelow(client, path, recursive);
  // A path with a mistake in it would start the program without its configuration.
  if (found.length === 0) throw new ClientError(`there are no parameters below ${path}`);
  return toVariables(
    found.map(({ name, value }) => [nameBelow(path, name), value] as const),
    prefix,
    path,
  );
};

/** @param text `prod/db`, or `NAME=prod/db` for the whole of it in one variable */
const ofSecret = async (client: AwsClient, text: string, prefix: string): Promise<Variables> => {
  const [, variable, id = text] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? [];
  const { Name, SecretString } = await currentSecret(client, id);
  if (SecretString === undefined) throw new ClientError(`${Name} is binary: there is no variable to make of it`);
  if (variable !== undefined) return new Map([[variable, SecretString]]);
  const members = membersOf(SecretString) ?? { [Name.slice(Name.lastIndexOf('/') + 1)]: SecretString };
  return toVariables(
    Object.entries(members)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, textOfMember(value)] as const),
    prefix,
    Name,
  );
};

/** Finds the program as `execvp` does and tells by 126 and 127 what is wrong with it. @see POSIX: env */
const env = '/usr/bin/env';
/** MAX_ARG_STRLEN of Linux. */
const maxTextBytes = 131_071;
/** What Linux and macOS take in all with their default limits. */
const maxBytes = 1_000_000;

const become = ([program = '', ...args]: readonly string[], variables: Readonly<Record<string, string>>): void => {
  if (program.includes('=')) throw new ClientError(`${program}: a program's name may not have = in it`);
  const texts = [program, ...args, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)];
  const sizes = texts.map((text) => Buffer.byteLength(text) + 1);
  if (Math.max(...sizes) > maxTextBytes || sizes.reduce((sum, size) => sum + size + 8, 0) > maxBytes)
    throw new ClientError('these values are more than an environment can hold');
  if (!process.execve) throw new ClientError('this needs Node 24 on Linux or macOS');
  // Node ignores these two, and what is ignored stays so in the program; a listener that goes leaves the default behind.
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, ignore).off(signal, ignore);
  process.execve(env, [env, '--', program, ...args], variables);
};

const ignore = (): void => {};
