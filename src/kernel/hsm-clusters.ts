import type { Transaction } from '../store/store.ts';

/** A cluster of HSMs as others need to know it. */
export interface HsmCluster {
  readonly id: string;
  /** `ACTIVE`, or what it is instead. */
  readonly state: string;
  /** Label of its token on the device. */
  readonly token: string;
  /** Certificates, PEM, once it is initialized: of whoever signed it, and its own, which clusters from one backup share. */
  readonly trustAnchor?: string;
  readonly certificate?: string;
  /** Availability Zone of each active HSM. */
  readonly zones: readonly string[];
}

/** Which clusters there are. CloudHSM implements it, for the key stores of KMS. */
export interface HsmClusters {
  find(tx: Transaction, account: string, region: string, clusterId: string): HsmCluster | undefined;
}

/** There are none. */
export const noClusters: HsmClusters = { find: () => undefined };
