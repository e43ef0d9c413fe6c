import { randomInt } from 'node:crypto';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { SecretPlace, SecretRecord } from './secret-record.ts';

const arnPattern = /^arn:aws[\w-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:(.+)$/;
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The end of a new secret's ARN. */
export const newSuffix = (): string =>
  Array.from({ length: 6 }, () => alphanumeric[randomInt(alphanumeric.length)]).join('');

/** The ARN of a secret. */
export const secretArn = ({
  account,
  region,
  name,
  suffix,
}: Pick<SecretRecord, 'account' | 'region' | 'name' | 'suffix'>): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;

/** What policies are asked about where no secret has the name yet: each of the six characters may be any. */
export const unmadeArn = (place: SecretPlace): string => secretArn({ ...place, suffix: '??????' });

/** A secret as a request names it. */
export interface SecretReference extends SecretPlace {
  /** The end of a complete ARN: only the secret that has it is meant. */
  readonly suffix?: string;
}

/**
 * Reads a name, an ARN, or an ARN without its last six characters. One that looks complete is taken for complete.
 *
 * @returns undefined for the ARN of something else
 * @see Secrets Manager API: SecretId of GetSecretValue
 */
export const parseSecretId = (given: string, call: Call): SecretReference | undefined => {
  if (!given.startsWith('arn:')) return { account: call.account, region: call.region, name: given };
  const [, region = '', account = '', rest = ''] = arnPattern.exec(given) ?? [];
  if (rest === '' || region !== call.region) return undefined;
  const [, name, suffix] = /^(.+)-([A-Za-z0-9]{6})$/.exec(rest) ?? [];
  if (name !== undefined && suffix !== undefined) return { account, region, name, suffix };
  // Only the owner may leave the end out.
  return account === call.account ? { account, region, name: rest } : undefined;
};

/** @throws {Fault} InvalidParameterException */
export const requireName = (name: string): void => {
  if (/^[\w/+=.@!-]+$/.test(name)) return;
  throw fault(
    'InvalidParameterException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
};
