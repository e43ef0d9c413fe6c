import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { type Tag, tagRecord } from './tags.ts';

/** An OpenID Connect provider that an account trusts. */
export interface OidcProviderRecord {
  readonly account: string;
  /** Issuer without `https://`. */
  readonly url: string;
  readonly createdAt: string;
  /** Audiences that tokens may be for. */
  readonly clientIds: readonly string[];
  /** SHA-1 of certificates, hexadecimal. */
  readonly thumbprints: readonly string[];
  /** Sorted by key. */
  readonly tags: readonly Tag[];
}

/** An OpenID Connect provider as policies see it. */
export interface IamOidcProvider extends Resource {
  readonly record: OidcProviderRecord;
}

const records = collection<OidcProviderRecord>('iam.oidc-providers', { key: ['account', 'url'] });
const all = { limit: Number.MAX_SAFE_INTEGER };

/** OpenID Connect providers by account and issuer. */
export const oidcProviders = {
  find: (tx: Transaction, account: string, url: string): OidcProviderRecord | undefined =>
    records.find(tx, [account, url]),

  /**
   * The provider with an ARN as a resource, or what stands for it where there is none.
   *
   * @throws {Fault} `InvalidInput` for what cannot name a provider
   */
  resource: (tx: Transaction, account: string, arn: string): IamOidcProvider | AbsentResource => {
    const match = /^arn:aws:iam::(\d{12}):oidc-provider\/([^\s]+)$/.exec(arn);
    if (!match) throw fault('InvalidInput', `Invalid ARN: ${arn}`);
    const resource = { arn, account: match[1]!, type: 'AWS::IAM::OIDCProvider' };
    const record = match[1] === account ? oidcProviders.find(tx, account, match[2]!) : undefined;
    if (record) return { ...resource, tags: tagRecord(record.tags), record };
    return { ...resource, absent: fault('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`) };
  },

  put: (tx: Transaction, record: OidcProviderRecord): void => records.put(tx, [record.account, record.url], record),

  delete: (tx: Transaction, { account, url }: OidcProviderRecord): void => records.delete(tx, [account, url]),

  /** An account's providers, by issuer. */
  list: (tx: Transaction, account: string): readonly OidcProviderRecord[] => records.list(tx, [account], all).items,
} as const;

/** `arn:aws:iam::111122223333:oidc-provider/example.com/path` */
export const oidcProviderArn = ({ account, url }: Pick<OidcProviderRecord, 'account' | 'url'>): string =>
  `arn:aws:iam::${account}:oidc-provider/${url}`;

/** An issuer's URL as it is kept. @throws {Fault} `ValidationError` */
export const parseIssuer = (url: string): string => {
  const rest = /^https:\/\/([^/?#\s@:]+(?:\/[^?#\s]*)?)$/.exec(url)?.[1];
  if (rest === undefined) throw fault('ValidationError', 'Invalid Open ID Connect Provider URL');
  return rest.replace(/\/$/, '');
};

/** As many are taken, though IAM's sentence says fewer. */
const maxThumbprints = 5;

/** @throws {Fault} `InvalidInput` */
export const requireThumbprints = (thumbprints: readonly string[]): void => {
  if (thumbprints.length > maxThumbprints) {
    throw fault('InvalidInput', `Thumbprint list must contain fewer than ${maxThumbprints} entries.`);
  }
  const invalid = thumbprints.find((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint));
  if (invalid !== undefined) throw fault('InvalidInput', `Invalid thumbprint: ${invalid}`);
};
