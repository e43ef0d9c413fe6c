import type { Cluster, Hsm } from '@aws-sdk/client-cloudhsm-v2';
import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';
import type { HsmDevice } from '../../hsm/device.ts';
import { HsmError } from '../../hsm/hsm-error.ts';
import type { TokenState } from '../../hsm/tasks.ts';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { HsmCluster, HsmClusters } from '../../kernel/hsm-clusters.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Transaction } from '../../store/store.ts';
import { type ClusterRecord, clusterRecords, type HsmRecord } from './cluster-record.ts';

/** A cluster as policies see it. */
export interface ClusterResource extends Resource {
  readonly record: ClusterRecord;
}

/** Storage of clusters, and the device that they are tokens of. */
export class Clusters implements HsmClusters {
  readonly #device: HsmDevice | undefined;
  readonly #reserved: readonly string[];

  /** @param reserved labels of tokens that are for something else */
  constructor(device: HsmDevice | undefined, reserved: readonly string[]) {
    this.#device = device;
    this.#reserved = reserved;
  }

  find(tx: Transaction, account: string, region: string, id: string): HsmCluster | undefined {
    const record = clusterRecords.find(tx, [account, region, id]);
    return record && { ...record, zones: record.hsms.map(({ zone }) => zone) };
  }

  list(tx: Transaction, account: string, region: string): readonly ClusterRecord[] {
    return clusterRecords.list(tx, [account, region], { limit: 1000 }).items;
  }

  /** The cluster that a request names, for policies. */
  resolve(id: string, { tx, account, region }: Call): ClusterResource | AbsentResource {
    const arn = `arn:aws:cloudhsm:${region}:${account}:cluster/${id}`;
    const record = clusterRecords.find(tx, [account, region, id]);
    return record ? { arn, account, record, tags: record.tags } : { arn, account, absent: notFound(id) };
  }

  /** The caller's cluster. @throws {Fault} CloudHsmResourceNotFoundException */
  get(id: string, { tx, account, region }: Call): ClusterRecord {
    const record = clusterRecords.find(tx, [account, region, id]);
    if (!record) throw notFound(id);
    return record;
  }

  put(tx: Transaction, record: ClusterRecord): void {
    clusterRecords.put(tx, [record.account, record.region, record.id], record);
  }

  delete(tx: Transaction, { account, region, id }: ClusterRecord): void {
    clusterRecords.delete(tx, [account, region, id]);
  }

  /** The tokens of the device. @throws {Fault} CloudHsmServiceException */
  async tokens(): Promise<readonly TokenState[]> {
    if (!this.#device)
      throw fault('CloudHsmServiceException', 'No device is configured: start the server with --hsm-pkcs11.');
    try {
      const tokens = await this.#device.run({ kind: 'tokens' });
      return tokens.filter(({ label }) => !this.#reserved.includes(label));
    } catch (error) {
      if (error instanceof HsmError)
        throw fault('CloudHsmServiceException', 'The device cannot be used.', { cause: error });
      throw error;
    }
  }

  /** A token that is no cluster yet, in whatever account. @throws {Fault} CloudHsmInvalidRequestException */
  freeToken(tx: Transaction, tokens: readonly TokenState[]): string {
    const taken = new Set(clusterRecords.listBy(tx, 'all', ['all']).map(({ token }) => token));
    const free = tokens.map(({ label }) => label).find((label) => !taken.has(label));
    if (free === undefined) throw invalidRequest('Every token of the device is a cluster already.');
    return free;
  }
}

/** An id as CloudHSM makes them. @param kind e.g. `cluster` */
export const newHsmId = (kind: string): string =>
  identifier(
    kind,
    () => `${kind}-${[...randomBytes(11)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')}`,
  );

/** A cluster as the API shows it; the SDK's type is older than `Mode`. */
export const toCluster = (record: ClusterRecord): Cluster & { readonly Mode: string } => ({
  ClusterId: record.id,
  CreateTimestamp: new Date(record.createdAt),
  State: record.state,
  HsmType: record.hsmType,
  Mode: record.mode,
  BackupPolicy: 'DEFAULT',
  BackupRetentionPolicy: { Type: 'DAYS', Value: record.retentionDays },
  SubnetMapping: { ...record.subnets },
  Certificates: {
    // There is nothing to sign before there is an HSM.
    ...(record.hsms.length > 0 && { ClusterCsr: record.request }),
    ...(record.certificate !== undefined && { ClusterCertificate: record.certificate }),
  },
  Hsms: record.hsms.map((hsm) => toHsm(record, hsm)),
  TagList: Object.entries(record.tags).map(([Key, Value]) => ({ Key, Value })),
});

/** An HSM as the API shows it. */
export const toHsm = ({ id, subnets }: ClusterRecord, hsm: HsmRecord): Hsm => ({
  HsmId: hsm.id,
  ClusterId: id,
  AvailabilityZone: hsm.zone,
  SubnetId: subnets[hsm.zone]!,
  EniId: hsm.eniId,
  EniIp: hsm.ip,
  State: 'ACTIVE',
});

const notFound = (id: string): Fault => fault('CloudHsmResourceNotFoundException', `Cluster ${id} does not exist.`);

/** The error for what a request may not ask. */
export const invalidRequest = (message: string): Fault => fault('CloudHsmInvalidRequestException', message);
