import { fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { UserRecord } from './users.ts';

/** An X.509 certificate by which a user signs. */
export interface SigningCertificateRecord {
  readonly userId: string;
  readonly certificateId: string;
  /** PEM. */
  readonly body: string;
  /** SHA-256 of its DER, hexadecimal: tells duplicates. */
  readonly fingerprint: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly uploadedAt: string;
}

const records = collection<SigningCertificateRecord>('iam.signing-certificates', { key: ['userId', 'certificateId'] });

/** Signing certificates by user. */
export const signingCertificates = {
  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, { userId }: UserRecord, certificateId: string): SigningCertificateRecord => {
    const record = records.find(tx, [userId, certificateId]);
    if (!record) throw fault('NoSuchEntity', `The Certificate with id ${certificateId} cannot be found.`);
    return record;
  },

  put: (tx: Transaction, record: SigningCertificateRecord): void =>
    records.put(tx, [record.userId, record.certificateId], record),

  delete: (tx: Transaction, { userId, certificateId }: SigningCertificateRecord): void =>
    records.delete(tx, [userId, certificateId]),

  /** A user's certificates, by id; the quota keeps them few. */
  list: (tx: Transaction, { userId }: UserRecord): readonly SigningCertificateRecord[] =>
    records.list(tx, [userId], { limit: Number.MAX_SAFE_INTEGER }).items,
} as const;
