import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { timestamp } from './names.ts';
import type { SamlMetadata } from './saml-metadata.ts';
import { type Tag, tagRecord } from './tags.ts';

/** A SAML identity provider that an account trusts. */
export interface SamlProviderRecord {
  readonly account: string;
  readonly name: string;
  /** `ASCA…`-like unique id that stays when the metadata changes. */
  readonly providerId: string;
  readonly createdAt: string;
  readonly validUntil: string;
  /** Metadata of the provider, XML. */
  readonly metadata: string;
  readonly encryptionMode?: 'Required' | 'Allowed';
  /** Keys that open encrypted assertions, newest last. */
  readonly privateKeys: readonly SamlPrivateKey[];
  /** Sorted by key. */
  readonly tags: readonly Tag[];
}

/** A key that opens encrypted assertions. */
export interface SamlPrivateKey {
  readonly keyId: string;
  readonly addedAt: string;
  /** PEM, wrapped with the key id as context. */
  readonly wrappedKey: string;
}

/** A SAML provider as policies see it. */
export interface IamSamlProvider extends Resource {
  readonly record: SamlProviderRecord;
}

const records = collection<SamlProviderRecord>('iam.saml-providers', { key: ['account', 'name'] });
const all = { limit: Number.MAX_SAFE_INTEGER };

/** SAML providers by account and name. */
export const samlProviders = {
  find: (tx: Transaction, account: string, name: string): SamlProviderRecord | undefined =>
    records.find(tx, [account, name]),

  /**
   * The provider with an ARN as a resource, or what stands for it where there is none.
   *
   * @throws {Fault} `InvalidInput` for what cannot name a provider
   */
  resource: (tx: Transaction, account: string, arn: string): IamSamlProvider | AbsentResource => {
    const match = /^arn:aws:iam::(\d{12}):saml-provider\/([\w._-]+)$/.exec(arn);
    if (!match) throw fault('InvalidInput', `Invalid ARN: ${arn}`);
    const resource = { arn, account: match[1]!, type: 'AWS::IAM::SAMLProvider' };
    const record = match[1] === account ? samlProviders.find(tx, account, match[2]!) : undefined;
    if (record) return { ...resource, tags: tagRecord(record.tags), record };
    return { ...resource, absent: fault('NoSuchEntity', `Manifest not found for arn ${arn}`) };
  },

  put: (tx: Transaction, record: SamlProviderRecord): void => records.put(tx, [record.account, record.name], record),

  delete: (tx: Transaction, { account, name }: SamlProviderRecord): void => records.delete(tx, [account, name]),

  /** An account's providers, by name. */
  list: (tx: Transaction, account: string): readonly SamlProviderRecord[] => records.list(tx, [account], all).items,
} as const;

/** `arn:aws:iam::111122223333:saml-provider/name` */
export const samlProviderArn = ({ account, name }: Pick<SamlProviderRecord, 'account' | 'name'>): string =>
  `arn:aws:iam::${account}:saml-provider/${name}`;

/** Until when metadata holds: as it says, else for a hundred years. */
export const validityOf = ({ validUntil }: SamlMetadata, now: Date): string => {
  const century = new Date(now);
  century.setUTCFullYear(now.getUTCFullYear() + 100);
  return timestamp(validUntil ?? century);
};
