import type { ClusterState } from '@aws-sdk/client-cloudhsm-v2';
import { collection } from '../../store/collection.ts';

/** A cluster as it is stored: a token of the device. */
export interface ClusterRecord {
  readonly account: string;
  readonly region: string;
  /** `cluster-` and eleven characters of base32. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly state: ClusterState;
  readonly hsmType: string;
  /** `FIPS` or `NON_FIPS`. */
  readonly mode: string;
  readonly retentionDays: string;
  /** Subnet of each Availability Zone. */
  readonly subnets: Readonly<Record<string, string>>;
  /** Label of the token. */
  readonly token: string;
  /** PEM. */
  readonly request: string;
  /** SubjectPublicKeyInfo of the request, DER in base64. */
  readonly publicKey: string;
  /** PEM, once it is initialized. */
  readonly certificate?: string;
  readonly trustAnchor?: string;
  readonly hsms: readonly HsmRecord[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An HSM of a cluster: a way to its token. */
export interface HsmRecord {
  readonly id: string;
  readonly zone: string;
  readonly eniId: string;
  readonly ip: string;
}

/** Every cluster; tokens are found among those of all accounts. */
export const clusterRecords = collection<ClusterRecord>('cloudhsm.clusters', {
  key: ['account', 'region', 'id'],
  indexes: { all: () => ['all'] },
});
