import { collection } from '../../store/collection.ts';
import { readTogether } from '../../store/read-together.ts';
import type { Transaction } from '../../store/store.ts';
import type { AccessKeys } from './access-keys.ts';
import { accountSettings } from './account-settings.ts';
import { type AccountRecord, accounts, rootArn } from './accounts.ts';
import type { LastUsed } from './last-used.ts';
import { type LoginProfileRecord, loginProfiles } from './login-profiles.ts';
import type { MfaDevices } from './mfa-devices.ts';
import { signingCertificates } from './signing-certificates.ts';
import { type UserRecord, userArn, users } from './users.ts';

/** The latest credential report of an account. */
export interface CredentialReport {
  readonly generatedAt: string;
  readonly csv: string;
}

/** A report is made anew when the last one is older, in milliseconds. @see IAM: "Get credential reports" */
export const reportLifetimeMs = 4 * 3600 * 1000;

const records = collection<CredentialReport>('iam.credential-reports', { key: ['account'] });

/** Credential reports by account. */
export const credentialReports = {
  find: (tx: Transaction, account: string): CredentialReport | undefined => records.find(tx, [account]),

  put: (tx: Transaction, account: string, report: CredentialReport): void => records.put(tx, [account], report),
} as const;

/** What the lines are made from. */
export interface ReportSources {
  readonly accessKeys: AccessKeys;
  readonly lastUsed: LastUsed;
  readonly mfaDevices: MfaDevices;
}

/** The report: a line for root and each user, as AWS has it. */
export const writeReport = (tx: Transaction, account: string, sources: ReportSources, now: Date): string => {
  const everybody = users.list(tx, account, { limit: Number.MAX_SAFE_INTEGER }).items;
  const lines = [
    rootLine(tx, accounts.findOrNew(tx, account, now), sources),
    ...readTogether(everybody, (user) => userLine(tx, user, sources)),
  ];
  return [columns, ...lines].map((line) => line.join(',')).join('\n');
};

const keyColumns = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...keyColumns.map((column) => `access_key_1_${column}`),
  ...keyColumns.map((column) => `access_key_2_${column}`),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

const none = 'N/A';

const rootLine = (tx: Transaction, record: AccountRecord, sources: ReportSources): readonly string[] => [
  '<root_account>',
  rootArn(record.account),
  moment(record.createdAt),
  ...['not_supported', none, 'not_supported', 'not_supported'],
  'false',
  ...keysOf(tx, record.rootAccessKeyIds, sources),
  ...['false', none, 'false', none],
];

const userLine = (tx: Transaction, user: UserRecord, sources: ReportSources): readonly string[] => [
  user.userName,
  userArn(user),
  moment(user.createdAt),
  ...passwordOf(tx, user, loginProfiles.find(tx, user)),
  String(sources.mfaDevices.listOf(tx, user.userId).length > 0),
  ...keysOf(tx, user.accessKeyIds, sources),
  ...certificatesOf(tx, user),
];

const passwordOf = (
  tx: Transaction,
  { account }: UserRecord,
  profile: LoginProfileRecord | undefined,
): readonly string[] => {
  if (!profile) return ['false', none, none, none];
  const maxAgeDays = accountSettings.find(tx, account).passwordPolicy?.maxAgeDays;
  const rotation = new Date(Date.parse(profile.passwordSetAt) + (maxAgeDays ?? 0) * 86_400_000);
  return [
    'true',
    'no_information',
    moment(profile.passwordSetAt),
    maxAgeDays === undefined ? none : moment(rotation.toISOString()),
  ];
};

const keysOf = (
  tx: Transaction,
  accessKeyIds: readonly string[],
  { accessKeys, lastUsed }: ReportSources,
): readonly string[] =>
  [0, 1].flatMap((index) => {
    const key = accessKeyIds[index] === undefined ? undefined : accessKeys.find(tx, accessKeyIds[index]);
    if (!key) return ['false', none, none, none, none];
    const use = lastUsed.find(tx, key.accessKeyId);
    const used = use ? [moment(use.at), use.region, use.service] : [none, none, none];
    return [String(key.status === 'Active'), moment(key.createdAt), ...used];
  });

const certificatesOf = (tx: Transaction, user: UserRecord): readonly string[] => {
  const certificates = signingCertificates.list(tx, user);
  return [0, 1].flatMap((index) => {
    const certificate = certificates[index];
    return certificate ? [String(certificate.status === 'Active'), moment(certificate.uploadedAt)] : ['false', none];
  });
};

/** `2026-11-22T10:00:00+00:00` */
const moment = (iso: string): string => `${iso.slice(0, 19)}+00:00`;
