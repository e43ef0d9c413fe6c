import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { nameKey } from './names.ts';
import { type Tag, tagRecord } from './tags.ts';

/** A certificate for a server, with its private key. */
export interface ServerCertificateRecord {
  readonly account: string;
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `ASCA…` */
  readonly certificateId: string;
  readonly uploadedAt: string;
  readonly expiresAt: string;
  /** PEM. */
  readonly body: string;
  /** PEM, from the issuer up. */
  readonly chain?: string;
  /** PEM, wrapped with the certificate's id as context. */
  readonly wrappedKey: string;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
}

/** A server certificate as policies see it. */
export interface IamServerCertificate extends Resource {
  readonly record: ServerCertificateRecord;
}

const records = collection<ServerCertificateRecord>('iam.server-certificates', { key: ['account', 'nameKey'] });

/** Server certificates by account and name. */
export const serverCertificates = {
  find: (tx: Transaction, account: string, name: string): ServerCertificateRecord | undefined =>
    records.find(tx, [account, nameKey(name)]),

  /** The certificate as a resource, or what stands for it where there is none. */
  resource: (tx: Transaction, account: string, name: string): IamServerCertificate | AbsentResource => {
    const record = serverCertificates.find(tx, account, name);
    if (record) return { ...serverCertificateResource(record), tags: tagRecord(record.tags), record };
    return {
      ...serverCertificateResource({ account, path: '/', name }),
      absent: fault('NoSuchEntity', `The Server Certificate with name ${name} cannot be found.`),
    };
  },

  put: (tx: Transaction, record: ServerCertificateRecord): void =>
    records.put(tx, [record.account, nameKey(record.name)], record),

  delete: (tx: Transaction, { account, name }: ServerCertificateRecord): void =>
    records.delete(tx, [account, nameKey(name)]),

  /** A page of an account's certificates, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<ServerCertificateRecord> =>
    records.list(tx, [account], page),
} as const;

type CertificateName = Pick<ServerCertificateRecord, 'account' | 'path' | 'name'>;

/** `arn:aws:iam::111122223333:server-certificate/path/name` */
export const serverCertificateArn = ({ account, path, name }: CertificateName): string =>
  `arn:aws:iam::${account}:server-certificate${path}${name}`;

/** A server certificate as a resource, also one that is about to be made. */
export const serverCertificateResource = (certificate: CertificateName): Resource => ({
  arn: serverCertificateArn(certificate),
  account: certificate.account,
  type: 'AWS::IAM::ServerCertificate',
});

/** IAM's answer to a name that is in use. */
export const certificateExists = (name: string): Fault =>
  fault('EntityAlreadyExists', `The Server Certificate with name ${name} already exists.`);

/** @throws {Fault} `MalformedCertificate` for what is no PEM certificate, or one of which nobody can tell when it ends */
export const readCertificate = (pem: string): X509Certificate => {
  try {
    const certificate = new X509Certificate(pem);
    // The text tells: of what is no date, `validToDate` is sometimes another.
    if (!Number.isNaN(Date.parse(certificate.validTo))) return certificate;
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable();
};

/** PEM as IAM keeps and shows it: lines end with `\n`, and none is empty at either end. */
export const tidyPem = (pem: string): string => pem.replaceAll('\r\n', '\n').trim();

const unreadable = (cause?: unknown): Fault =>
  fault('MalformedCertificate', 'Unable to parse certificate. Please ensure the certificate is in PEM format.', {
    cause,
  });

/** Checks every certificate of a chain. @throws {Fault} `MalformedCertificate` */
export const requireChain = (pem: string | undefined): void => {
  if (pem === undefined) return;
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [''];
  for (const certificate of certificates) readCertificate(certificate);
};

/** @throws {Fault} `MalformedCertificate` for what is no private key, `KeyPairMismatch` for that of another certificate */
export const requireKeyOf = (certificate: X509Certificate, pem: string): void => {
  if (!certificate.checkPrivateKey(readPrivateKey(pem))) {
    throw fault('KeyPairMismatch', 'Public key of the certificate does not match the private key.');
  }
};

const readPrivateKey = (pem: string) => {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw fault(
      'MalformedCertificate',
      'Unable to parse private key. Please ensure it is in PEM format and not encrypted.',
      {
        cause,
      },
    );
  }
};
