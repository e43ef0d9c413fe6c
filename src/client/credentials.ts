import { execFile } from 'node:child_process';
import type { SigningKey } from '../crypto/sign-request.ts';
import { type AwsSettings, textOf } from './aws-settings.ts';
import { ClientError } from './client-error.ts';
import { containerCredentials, instanceCredentials } from './metadata-credentials.ts';
import type { Section } from './shared-files.ts';
import { assumeRole, assumeRoleWithWebIdentity } from './sts.ts';

/** Credentials, and until when they are good; absent: for good. */
export interface Credentials extends SigningKey {
  readonly expiresAt?: Date;
}

/** Asks anew for credentials that end within this time. */
const refreshBeforeMs = 5 * 60_000;

/** Gives credentials, from the first source of the AWS CLI's chain that has any, and others before they expire. */
export class CredentialChain {
  readonly #settings: AwsSettings;
  #current: Promise<Credentials> | undefined;

  constructor(settings: AwsSettings) {
    this.#settings = settings;
  }

  /** @throws {ClientError} no source has any, or the one that should does not answer */
  async get(): Promise<Credentials> {
    this.#current ??= findCredentials(this.#settings);
    const asked = this.#current;
    try {
      const { expiresAt } = await asked;
      if (!expiresAt || expiresAt.getTime() - Date.now() > refreshBeforeMs) return await asked;
    } catch (error) {
      this.#forget(asked);
      throw error;
    }
    const next = findCredentials(this.#settings);
    this.#current = next;
    return next.catch(async (error: unknown) => {
      // Still good for some minutes: whoever gives new ones may be back by then.
      const before = await asked;
      this.#current = asked;
      if (before.expiresAt && before.expiresAt.getTime() > Date.now()) return before;
      this.#forget(asked);
      throw error;
    });
  }

  /** Makes the next request ask for new ones, where a service says that these have expired. */
  expire(): void {
    this.#current = undefined;
  }

  #forget(asked: Promise<Credentials>): void {
    if (this.#current === asked) this.#current = undefined;
  }
}

/** @see AWS CLI: "Configuration settings and precedence" */
const findCredentials = async (settings: AwsSettings): Promise<Credentials> => {
  const { environment, files, profile, profileWins } = settings;
  const { AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME } = environment;
  const section = files.profile(profile) ?? {};
  return (
    (profileWins ? undefined : keysOfEnvironment(settings)) ??
    (await ofProfile(settings, profile, section)) ??
    (AWS_WEB_IDENTITY_TOKEN_FILE && AWS_ROLE_ARN
      ? await assumeRoleWithWebIdentity(settings, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_SESSION_NAME)
      : undefined) ??
    (await containerCredentials(environment)) ??
    (await instanceCredentials(environment)) ??
    missing()
  );
};

const missing = (): never => {
  throw new ClientError(
    'no credentials are configured: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (sign-in by SSO is not supported: use credential_process)',
  );
};

const keysOfEnvironment = ({ environment }: AwsSettings): Credentials | undefined => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID) return undefined;
  if (!AWS_SECRET_ACCESS_KEY) throw new ClientError('AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not');
  return keysOf(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN);
};

const keysOf = (accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): Credentials => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken && { sessionToken }),
});

const ofProfile = async (
  settings: AwsSettings,
  name: string,
  section: Section,
  visited: readonly string[] = [],
): Promise<Credentials | undefined> => {
  const text = (setting: string): string | undefined => textOf(section, setting);
  const roleArn = text('role_arn');
  const tokenFile = text('web_identity_token_file');
  if (roleArn && tokenFile) return assumeRoleWithWebIdentity(settings, roleArn, tokenFile, text('role_session_name'));
  // A profile that is its own source has keys beside the role.
  if (roleArn && visited.at(-1) !== name) {
    if (text('mfa_serial')) throw new ClientError(`the profile "${name}" asks for MFA: use credential_process`);
    const source = await ofSource(settings, name, section, [...visited, name]);
    return assumeRole(settings, source, {
      roleArn,
      sessionName: text('role_session_name'),
      externalId: text('external_id'),
      durationSeconds: text('duration_seconds'),
    });
  }
  const accessKeyId = text('aws_access_key_id');
  const secretAccessKey = text('aws_secret_access_key');
  if (accessKeyId && secretAccessKey) return keysOf(accessKeyId, secretAccessKey, text('aws_session_token'));
  const command = text('credential_process');
  return command ? ofProcess(command) : undefined;
};

/** Who assumes the role of a profile. */
const ofSource = async (
  settings: AwsSettings,
  name: string,
  section: Section,
  visited: readonly string[],
): Promise<Credentials> => {
  const sourceName = textOf(section, 'source_profile');
  if (sourceName !== undefined) {
    const source = settings.files.profile(sourceName);
    if (!source) throw new ClientError(`the profile "${sourceName}", source of "${name}", does not exist`);
    if (visited.slice(0, -1).includes(sourceName)) throw new ClientError(`the profile "${name}" is a source of itself`);
    const found = await ofProfile(settings, sourceName, source, visited);
    if (found) return found;
  }
  const from = textOf(section, 'credential_source');
  const found =
    (from === 'Environment' && keysOfEnvironment(settings)) ||
    (from === 'EcsContainer' && (await containerCredentials(settings.environment))) ||
    (from === 'Ec2InstanceMetadata' && (await instanceCredentials(settings.environment)));
  if (!found) throw new ClientError(`the profile "${name}" names no source that has credentials`);
  return found;
};

/** @see AWS SDKs: "Process credential provider" */
const ofProcess = (command: string): Promise<Credentials> =>
  new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', command], { timeout: 60_000, maxBuffer: 65_536 }, (error, stdout) => {
      // What it printed may hold a key: it is not repeated.
      if (error) return reject(new ClientError(`credential_process ended with ${error.code ?? error.signal}`));
      const given = parsed(stdout);
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given;
      if (given.Version !== 1 || !AccessKeyId || !SecretAccessKey)
        return reject(new ClientError('credential_process printed no credentials of Version 1'));
      const token = SessionToken === undefined ? undefined : String(SessionToken);
      return resolve({
        ...keysOf(String(AccessKeyId), String(SecretAccessKey), token),
        ...(Expiration !== undefined && { expiresAt: new Date(String(Expiration)) }),
      });
    });
  });

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
};
