import type { ConnectionErrorCodeType, ConnectionStateType } from '@aws-sdk/client-kms';
import { collection } from '../../store/collection.ts';

/** A custom key store as it is stored. */
export type CustomKeyStoreRecord = CloudHsmStoreRecord | ExternalStoreRecord;

interface AnyStoreRecord {
  readonly account: string;
  readonly region: string;
  /** `cks-` and 17 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly connection: ConnectionStateType;
  /** Why it is FAILED. */
  readonly failure?: ConnectionErrorCodeType;
  /** Names the attempt to connect or disconnect that is under way. */
  readonly attempt?: string;
}

/** On a cluster of HSMs. */
export interface CloudHsmStoreRecord extends AnyStoreRecord {
  readonly xks?: undefined;
  readonly hsm: {
    readonly clusterId: string;
    readonly trustAnchor: string;
    /** The cluster's own certificate, PEM: a related cluster has the same. */
    readonly certificate: string;
    /** Of kmsuser, wrapped. */
    readonly password: string;
  };
}

/** Behind a proxy. */
export interface ExternalStoreRecord extends AnyStoreRecord {
  readonly hsm?: undefined;
  readonly xks: {
    /** `https://xks.example.com` */
    readonly endpoint: string;
    /** `/prefix/kms/xks/v1` */
    readonly path: string;
    readonly accessKeyId: string;
    /** Secret access key, wrapped. */
    readonly secret: string;
    /** When that was given, in milliseconds since the epoch. */
    readonly credentialSince: number;
  };
}

/** Every custom key store. */
export const customKeyStoreRecords = collection<CustomKeyStoreRecord>('kms.custom-key-stores', {
  key: ['account', 'region', 'id'],
});

/** Which KMS key a key outside belongs to. */
export interface OutsideKeyRecord {
  readonly keyId: string;
}

/** Keys outside, by store and by their id there. */
export const outsideKeyRecords = collection<OutsideKeyRecord>('kms.outside-keys', {
  key: ['account', 'region', 'store', 'id'],
  large: true,
});
