import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { signRequest } from '../crypto/sign-request.ts';
import type { AwsSettings } from './aws-settings.ts';
import { ServiceError } from './client-error.ts';
import type { Credentials } from './credentials.ts';
import { sendRequest } from './http-request.ts';
import { memberOf } from './xml-member.ts';

const timeoutMs = 10_000;

/** The role of a profile. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly externalId: string | undefined;
  readonly durationSeconds: string | undefined;
}

/** Credentials of a role, asked for by somebody else. @throws {ServiceError} @throws {Unreachable} */
export const assumeRole = (
  settings: AwsSettings,
  source: Credentials,
  { roleArn, sessionName, externalId, durationSeconds }: RoleRequest,
): Promise<Credentials> =>
  ask(
    settings,
    {
      Action: 'AssumeRole',
      RoleArn: roleArn,
      RoleSessionName: sessionName ?? `bulwark-${Date.now()}`,
      ...(externalId && { ExternalId: externalId }),
      ...(durationSeconds && { DurationSeconds: durationSeconds }),
    },
    source,
  );

/** Credentials of a role, for the token in a file. @throws {ServiceError} @throws {Unreachable} */
export const assumeRoleWithWebIdentity = (
  settings: AwsSettings,
  roleArn: string,
  tokenFile: string,
  sessionName = `bulwark-${Date.now()}`,
): Promise<Credentials> =>
  ask(settings, {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: readFileSync(tokenFile, 'utf8').trim(),
  });

const ask = async (
  settings: AwsSettings,
  input: Readonly<Record<string, string>> & { readonly Action: string },
  source?: Credentials,
): Promise<Credentials> => {
  const url = settings.endpointOf('sts');
  const body = String(new URLSearchParams({ Version: '2011-06-15', ...input }));
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', host: url.host };
  const request = { method: 'POST', path: '/', headers, bodyHash: hash('sha256', body) };
  const { status, text } = await sendRequest({
    method: 'POST',
    url,
    headers: source ? signRequest(request, source, { region: settings.region, service: 'sts' }, new Date()) : headers,
    body,
    ca: settings.ca,
    timeoutMs,
  });
  if (status !== 200) throw new ServiceError(input.Action, status, memberOf(text, 'Code'), memberOf(text, 'Message'));
  return {
    accessKeyId: memberOf(text, 'AccessKeyId'),
    secretAccessKey: memberOf(text, 'SecretAccessKey'),
    sessionToken: memberOf(text, 'SessionToken'),
    expiresAt: new Date(memberOf(text, 'Expiration')),
  };
};
