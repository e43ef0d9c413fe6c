import type { Config } from '../config.ts';
import { ConfigError, textIn } from '../setting-values.ts';
import { type AccessKey, callSts } from './sts-client.ts';

/**
 * `bulwark credentials`: temporary credentials for `credential_process` of an AWS profile, so that tools never see the
 * long-term key. With a role, that role's; without, a session of the key's user.
 *
 * @see AWS SDKs: "Process credential provider"
 */
export const credentialsCommand = async (
  config: Config,
  flags: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const key = accessKeyOf(flags['key-file']);
  const { role, duration, 'session-name': sessionName = 'bulwark-credentials' } = flags;
  const length = duration === undefined ? {} : { DurationSeconds: duration };
  const given = role
    ? await callSts(config, key, 'AssumeRole', { RoleArn: role, RoleSessionName: sessionName, ...length })
    : await callSts(config, key, 'GetSessionToken', length);
  process.stdout.write(`${JSON.stringify({ Version: 1, ...given })}\n`);
};

/** Reads what `aws iam create-access-key` printed. @throws {ConfigError} */
const accessKeyOf = (path: string | undefined): AccessKey => {
  if (path === undefined) throw new ConfigError('key-file: name a file with the output of "aws iam create-access-key"');
  const { AccessKeyId, SecretAccessKey } = keyIn(path);
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string')
    throw new ConfigError(`key-file: ${path} does not hold the JSON that "aws iam create-access-key" prints`);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
};

const keyIn = (path: string): { readonly AccessKeyId?: unknown; readonly SecretAccessKey?: unknown } => {
  const text = textIn('key-file', path);
  try {
    return JSON.parse(text).AccessKey ?? {};
  } catch {
    return {};
  }
};
