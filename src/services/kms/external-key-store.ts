import { createHash } from 'node:crypto';
import type { ConnectionErrorCodeType, CreateCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import { randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { KeyWrap } from '../../store/store.ts';
import { checkHealth, ExternalKey, type RequestMetadata } from '../../xks/external-key.ts';
import type { XksClient, XksProxy } from '../../xks/xks-client.ts';
import { XksError } from '../../xks/xks-error.ts';
import { aboutTheCall } from './conditions.ts';
import type { CustomKeyStoreRecord, ExternalStoreRecord } from './custom-key-store-record.ts';
import { keyArn } from './key-arn.ts';
import { KeyMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { SymmetricOperations } from './material-operations.ts';
import { formatSealed, parseSealed } from './xks-ciphertext.ts';
import { answered, connectionFailure } from './xks-faults.ts';

/** What external key stores stand on. */
export interface ExternalStoreParts {
  /** Wraps secret access keys of proxies. */
  readonly secrets: KeyWrap;
  /** Wraps the material that encrypts before the proxy does. */
  readonly keyWrap: KeyWrap;
  readonly client: XksClient;
}

/** How a store reaches its proxy, as it is stored. */
export type ProxyPlace = ExternalStoreRecord['xks'];

/** Key stores behind a proxy. @see KMS developer guide: "External key stores" */
export class ExternalStores {
  readonly #parts: ExternalStoreParts;

  constructor(parts: ExternalStoreParts) {
    this.#parts = parts;
  }

  /** @returns wrapped */
  keepSecret(storeId: string, secret: string): string {
    return this.#parts.secrets.wrap(Buffer.from(secret), storeId);
  }

  /**
   * Asserts that a store's proxy would work, before it is stored.
   *
   * @throws {Fault} XksProxy…
   */
  async check(store: ExternalStoreRecord, call: Call): Promise<void> {
    const metadata = { kmsOperation: call.operation, kmsRequestId: call.requestId };
    await answered(checkHealth(this.#parts.client, this.#proxy(store), metadata), 'store');
  }

  /** @throws {Fault} XksProxyUriInUseException: another store has it */
  requireFreeUri(stores: readonly CustomKeyStoreRecord[], id: string, { endpoint, path }: ProxyPlace): void {
    const same = ({ xks }: CustomKeyStoreRecord): boolean => xks?.endpoint === endpoint && xks.path === path;
    if (stores.some((store) => store.id !== id && same(store)))
      throw fault('XksProxyUriInUseException', `The URI ${endpoint}${path} belongs to another external key store.`);
  }

  /** Asks whether the proxy works. @returns why it does not; undefined: it is connected */
  async connect(store: ExternalStoreRecord): Promise<ConnectionErrorCodeType | undefined> {
    const metadata = { kmsOperation: 'ConnectCustomKeyStore', kmsRequestId: randomUuid() };
    try {
      await checkHealth(this.#parts.client, this.#proxy(store), metadata);
      return undefined;
    } catch (error) {
      if (error instanceof XksError) return connectionFailure(error);
      throw error;
    }
  }

  /**
   * Asserts that a key outside can be used.
   *
   * @throws {Fault} XksKeyNotFoundException, XksKeyInvalidConfigurationException, CustomKeyStoreInvalidStateException
   */
  async requireKey(store: ExternalStoreRecord, xksKeyId: string, call: Call): Promise<void> {
    const key = new ExternalKey(this.#parts.client, this.#proxy(store), xksKeyId);
    const { keySpec, keyUsage, keyStatus } = await answered(key.describe(metadataOf(call)), 'key');
    const fits = keySpec === 'AES_256' && keyUsage.includes('ENCRYPT') && keyUsage.includes('DECRYPT');
    if (fits && keyStatus === 'ENABLED') return;
    throw fault(
      'XksKeyInvalidConfigurationException',
      `The external key ${xksKeyId} is not an enabled AES_256 key that can encrypt and decrypt.`,
    );
  }

  /** What can be done with a key outside. @param call absent where the key is not found for a cryptographic operation */
  operations(record: KeyRecord, store: ExternalStoreRecord, call: Call | undefined): SymmetricOperations {
    const { client, keyWrap } = this.#parts;
    const outer = () => new ExternalKey(client, this.#proxy(store), record.outside!.xksKeyId!);
    const inner = () => new KeyMaterial(record.materials.at(-1)!, record, keyWrap);
    const metadata = (): RequestMetadata => {
      if (!call) throw new Error('a key of an external key store is used outside of a call');
      return { ...metadataOf(call), kmsKeyArn: keyArn(record) };
    };
    return {
      kind: 'symmetric',
      encrypt: async (plaintext, context) => {
        const material = inner();
        const { header } = material;
        const sealed = material.encrypt(plaintext, context).subarray(header.length);
        const aad = aadOf(header, context);
        return Buffer.concat([header, formatSealed(await answered(outer().encrypt(sealed, aad, metadata()), 'use'))]);
      },
      decrypt: async (ciphertext, context) => {
        const parsed = parseSealed(ciphertext.sealed);
        if (!parsed) return undefined;
        const aad = aadOf(ciphertext.header, context);
        const sealed = await answered(outer().decrypt(parsed, aad, metadata()), 'use');
        const plaintext = inner().decrypt({ ...ciphertext, sealed }, context);
        if (plaintext) return plaintext;
        throw fault(
          'KMSInvalidStateException',
          'The ciphertext that the external key store proxy submitted for decryption, or the encryption context, is corrupted, missing, or otherwise invalid.',
        );
      },
    };
  }

  #proxy({ id, region, xks }: ExternalStoreRecord): XksProxy {
    const secretAccessKey = this.#parts.secrets.unwrap(xks.secret, id).toString();
    const { endpoint, path, accessKeyId, credentialSince } = xks;
    return { storeId: id, endpoint, path, region, accessKeyId, secretAccessKey, credentialSince };
  }
}

/** Members that only stores of the other kind have. */
const ofClusters = ['CloudHsmClusterId', 'TrustAnchorCertificate', 'KeyStorePassword'] as const;

/**
 * What CreateCustomKeyStore says of a proxy.
 *
 * @throws {Fault} ValidationException; XksProxyVpcEndpointServiceNotFoundException: there are no endpoint services here
 */
export const requiredProxy = (input: CreateCustomKeyStoreCommandInput) => {
  const strange = ofClusters.find((name) => input[name] !== undefined);
  if (strange) throw fault('ValidationException', `${strange} is not a property of external key stores.`);
  const { XksProxyUriEndpoint: endpoint, XksProxyUriPath: path, XksProxyAuthenticationCredential: given } = input;
  if (endpoint === undefined || path === undefined || !given || input.XksProxyConnectivity === undefined)
    throw fault(
      'ValidationException',
      'XksProxyUriEndpoint, XksProxyUriPath, XksProxyAuthenticationCredential and XksProxyConnectivity are required for a custom key store of type EXTERNAL_KEY_STORE.',
    );
  requirePublic(input.XksProxyConnectivity);
  return { endpoint, path, credential: given };
};

/** @throws {Fault} XksProxyVpcEndpointServiceNotFoundException */
export const requirePublic = (connectivity: string | undefined): void => {
  if (connectivity === 'VPC_ENDPOINT_SERVICE')
    throw fault('XksProxyVpcEndpointServiceNotFoundException', 'There are no VPC endpoint services.');
};

/** @see XKS proxy API, appendix B */
const metadataOf = (call: Call): RequestMetadata => {
  const { caller, operation, requestId, origin } = call;
  const via = aboutTheCall(call)['kms:ViaService'];
  return {
    awsPrincipalArn: caller.session?.issuer?.arn ?? caller.arn,
    ...(origin.vpc?.id !== undefined && { awsSourceVpc: origin.vpc.id }),
    ...(origin.vpc?.endpointId !== undefined && { awsSourceVpce: origin.vpc.endpointId }),
    kmsOperation: operation,
    kmsRequestId: requestId,
    ...(typeof via === 'string' && { kmsViaService: via.split('.', 1)[0]! }),
  };
};

const aadOf = (header: Buffer, context: Buffer): Buffer => createHash('sha256').update(header).update(context).digest();
