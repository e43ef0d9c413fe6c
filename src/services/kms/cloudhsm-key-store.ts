import type { ConnectionErrorCodeType } from '@aws-sdk/client-kms';
import { randomBytes, randomUuid } from '../../crypto/random.ts';
import { schedule } from '../../events/timers.ts';
import type { HsmDevice } from '../../hsm/device.ts';
import { HsmError, type HsmProblem } from '../../hsm/hsm-error.ts';
import type { KeyOfToken, Login } from '../../hsm/tasks.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { HsmCluster, HsmClusters } from '../../kernel/hsm-clusters.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import { formatHeader } from './ciphertext.ts';
import type { CloudHsmStoreRecord } from './custom-key-store-record.ts';
import type { CustomKeyStoreParts } from './custom-key-stores.ts';
import { keyArn } from './key-arn.ts';
import type { KeyRecord } from './key-record.ts';
import type { SymmetricOperations } from './material-operations.ts';

/** Fires when the object of a deleted key is to be destroyed. */
export const destroyKind = 'kms.destroy-hsm-key';

/** What a connection that a device refused is called. */
const failures: Readonly<Record<HsmProblem, ConnectionErrorCodeType>> = {
  credentials: 'INVALID_CREDENTIALS',
  locked: 'USER_LOCKED_OUT',
  'no-user': 'USER_NOT_FOUND',
  'logged-in': 'USER_LOGGED_IN',
  'no-token': 'NETWORK_ERRORS',
  'no-key': 'INTERNAL_ERROR',
  altered: 'INTERNAL_ERROR',
  busy: 'NETWORK_ERRORS',
  lost: 'NETWORK_ERRORS',
};

/** Key stores on tokens of a PKCS#11 device. @see KMS developer guide: "AWS CloudHSM key stores" */
export class CloudHsmStores {
  readonly #secrets: KeyWrap;
  readonly #clusters: HsmClusters;
  readonly #device: HsmDevice | undefined;

  constructor({ secrets, clusters, device }: CustomKeyStoreParts) {
    this.#secrets = secrets;
    this.#clusters = clusters;
    this.#device = device;
  }

  /**
   * The caller's cluster, fit for a key store.
   *
   * @param zones in how many Availability Zones it must have HSMs
   * @throws {Fault} CloudHsmClusterNotFoundException, CloudHsmClusterNotActiveException, CloudHsmClusterInvalidConfigurationException
   */
  requireCluster({ tx, account, region }: Call, clusterId: string, zones: number): HsmCluster {
    const cluster = this.#clusters.find(tx, account, region, clusterId);
    if (!cluster) throw fault('CloudHsmClusterNotFoundException', `The cluster ${clusterId} does not exist.`);
    if (cluster.state !== 'ACTIVE')
      throw fault('CloudHsmClusterNotActiveException', `The cluster ${clusterId} is ${cluster.state}, not ACTIVE.`);
    if (new Set(cluster.zones).size < zones) {
      const needed = zones === 1 ? 'one active HSM' : `active HSMs in ${zones} Availability Zones`;
      throw fault('CloudHsmClusterInvalidConfigurationException', `The cluster ${clusterId} needs ${needed}.`);
    }
    return cluster;
  }

  /** @returns wrapped */
  keepPassword(storeId: string, password: string): string {
    return this.#secrets.wrap(Buffer.from(password), storeId);
  }

  /** The cluster of a key store, as it is. */
  clusterOf(tx: Transaction, { account, region, hsm }: CloudHsmStoreRecord): HsmCluster | undefined {
    return this.#clusters.find(tx, account, region, hsm.clusterId);
  }

  /** Tries to log in. @returns why it cannot; undefined: it is connected */
  async connect(
    store: CloudHsmStoreRecord,
    cluster: HsmCluster | undefined,
  ): Promise<ConnectionErrorCodeType | undefined> {
    if (!cluster) return 'CLUSTER_NOT_FOUND';
    if (cluster.zones.length === 0) return 'INSUFFICIENT_CLOUDHSM_HSMS';
    try {
      await this.#required().run({ kind: 'log-in', ...this.#login(store, cluster) });
      return undefined;
    } catch (error) {
      if (error instanceof HsmError) return failures[error.problem];
      throw error;
    }
  }

  /** Logs out; a device that is lost has nobody logged in. */
  async disconnect(cluster: HsmCluster | undefined): Promise<void> {
    if (cluster) await this.#device?.run({ kind: 'log-out', token: cluster.token }).catch(tolerateHsmError);
  }

  /** Makes an AES-256 key on the token of a connected store. @returns ids of the KMS key and of the material */
  async generate(store: CloudHsmStoreRecord, cluster: HsmCluster): Promise<{ keyId: string; materialId: string }> {
    const [keyId, materialId] = [randomUuid(), randomBytes(32).toString('hex')];
    const key = { ...this.#login(store, cluster), id: materialId, label: keyId };
    await this.#required()
      .run({ kind: 'generate', ...key })
      .catch(internal);
    return { keyId, materialId };
  }

  /** Random bytes of the token of a connected store. */
  async random(call: Call, store: CloudHsmStoreRecord, bytes: number): Promise<Buffer> {
    const login = this.#login(store, this.clusterOf(call.tx, store));
    return toBuffer(
      await this.#required()
        .run({ kind: 'random', ...login, bytes })
        .catch(internal),
    );
  }

  /** Has the object of a deleted key destroyed, as far as the device is there. */
  scheduleDestruction(
    tx: Transaction,
    { account, region }: { readonly account: string; readonly region: string },
    storeId: string,
    id: string,
  ): void {
    schedule(tx, { kind: destroyKind, id, dueAt: 0, payload: { account, region, storeId, id } });
  }

  /** Destroys an object; one whose device is lost stays, as AWS warns. */
  async destroy(store: CloudHsmStoreRecord, cluster: HsmCluster, id: string): Promise<void> {
    await this.#device?.run({ kind: 'destroy', ...this.#login(store, cluster), id }).catch(tolerateHsmError);
  }

  /** What can be done with a key of a token. */
  operations(key: KeyRecord, store: CloudHsmStoreRecord, tx: Transaction): SymmetricOperations {
    const cluster = this.clusterOf(tx, store);
    const { id } = key.materials.at(-1)!;
    const header = formatHeader(0, key.account, key.id, id);
    const using = async <T>(work: (device: HsmDevice, place: KeyOfToken) => Promise<T>): Promise<T> => {
      try {
        return await work(this.#required(), { ...this.#login(store, cluster), id });
      } catch (error) {
        throw refusal(error, keyArn(key));
      }
    };
    return {
      kind: 'symmetric',
      random: (bytes) =>
        using(async (device, place) => toBuffer(await device.run({ kind: 'random', ...place, bytes }))),
      encrypt: (plaintext, context) =>
        using(async (device, place) => {
          const aad = Buffer.concat([header, context]);
          return Buffer.concat([header, await device.run({ kind: 'encrypt', ...place, plaintext, aad })]);
        }),
      decrypt: ({ header: own, sealed }, context) =>
        using((device, place) =>
          device
            .run({ kind: 'decrypt', ...place, sealed, aad: Buffer.concat([own, context]) })
            .then(toBuffer, (error: unknown) => {
              if (error instanceof HsmError && error.problem === 'altered') return undefined;
              throw error;
            }),
        ),
    };
  }

  #login(store: CloudHsmStoreRecord, cluster: HsmCluster | undefined): Login {
    if (!cluster) throw new HsmError('no-token', `the cluster ${store.hsm.clusterId} is gone`);
    return { token: cluster.token, pin: this.#secrets.unwrap(store.hsm.password, store.id).toString() };
  }

  #required(): HsmDevice {
    if (!this.#device) throw new HsmError('lost', 'no PKCS#11 library is configured');
    return this.#device;
  }
}

/** A device that cannot be used makes its keys unavailable, whatever is wrong with it. */
const refusal = (error: unknown, arn: string): unknown => {
  if (!(error instanceof HsmError)) return error;
  if (error.problem === 'busy')
    return fault('ThrottlingException', 'The HSMs of the custom key store have too many requests to answer.');
  return fault('KMSInvalidStateException', `${arn} is unavailable.`, { cause: error });
};

const internal = (error: unknown): never => {
  if (!(error instanceof HsmError)) throw error;
  throw fault('KMSInternalException', 'The HSMs of the cluster cannot be used.', { cause: error });
};

const tolerateHsmError = (error: unknown): void => {
  if (!(error instanceof HsmError)) throw error;
};

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
