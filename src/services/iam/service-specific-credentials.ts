import { randomBytes } from '../../crypto/random.ts';
import { fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { UserRecord } from './users.ts';

/** A user name and password of a user for one service that takes no signatures. */
export interface ServiceSpecificCredentialRecord {
  readonly userId: string;
  /** `ACCA…` */
  readonly credentialId: string;
  /** Service principal, e.g. `codecommit.amazonaws.com`. */
  readonly serviceName: string;
  readonly serviceUserName: string;
  /** As passwords are kept: `docs/formats/password-hash.md`. */
  readonly passwordHash: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly createdAt: string;
}

const records = collection<ServiceSpecificCredentialRecord>('iam.service-specific-credentials', {
  key: ['userId', 'credentialId'],
});

/** The services that have such credentials. */
const services: ReadonlySet<string> = new Set(['codecommit.amazonaws.com', 'cassandra.amazonaws.com']);

/** Service-specific credentials by user. */
export const serviceSpecificCredentials = {
  find: (tx: Transaction, { userId }: UserRecord, credentialId: string): ServiceSpecificCredentialRecord | undefined =>
    records.find(tx, [userId, credentialId]),

  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, user: UserRecord, credentialId: string): ServiceSpecificCredentialRecord => {
    const record = serviceSpecificCredentials.find(tx, user, credentialId);
    if (!record) throw fault('NoSuchEntity', `No such credential ${credentialId} exists`);
    return record;
  },

  put: (tx: Transaction, record: ServiceSpecificCredentialRecord): void =>
    records.put(tx, [record.userId, record.credentialId], record),

  delete: (tx: Transaction, { userId, credentialId }: ServiceSpecificCredentialRecord): void =>
    records.delete(tx, [userId, credentialId]),

  /** A user's credentials, by id; the quota keeps them few. */
  list: (tx: Transaction, { userId }: UserRecord): readonly ServiceSpecificCredentialRecord[] =>
    records.list(tx, [userId], { limit: Number.MAX_SAFE_INTEGER }).items,
} as const;

/** @throws {Fault} `NotSupportedService` */
export const requireSupported = (serviceName: string): void => {
  if (!services.has(serviceName)) throw fault('NotSupportedService', `No such service ${serviceName} is supported`);
};

/** A new password: 44 characters of base64 from 32 random bytes. */
export const newServicePassword = (): string => randomBytes(32).toString('base64');
