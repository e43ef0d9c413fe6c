import { timingSafeEqual } from 'node:crypto';
import { integrityValue, type XksCiphertext } from './integrity-value.ts';
import type { XksClient, XksProxy } from './xks-client.ts';
import { XksError } from './xks-error.ts';

/** On whose behalf a proxy is asked: what it may log and decide by. @see XKS proxy API, appendix B */
export interface RequestMetadata {
  readonly awsPrincipalArn?: string;
  readonly awsSourceVpc?: string;
  readonly awsSourceVpce?: string;
  readonly kmsKeyArn?: string;
  readonly kmsOperation: string;
  readonly kmsRequestId: string;
  readonly kmsViaService?: string;
}

/** What a proxy says of an external key. */
export interface ExternalKeyState {
  readonly keySpec: string;
  readonly keyUsage: readonly string[];
  readonly keyStatus: string;
}

/** Asks whether a proxy works. @throws {XksError} */
export const checkHealth = async (client: XksClient, proxy: XksProxy, metadata: RequestMetadata): Promise<void> => {
  const answer = await client.ask(proxy, 'health', { requestMetadata: metadata });
  const { xksProxyFleetSize: size, ekmFleetDetails: managers } = answer;
  if (!Number.isInteger(size) || (size as number) < 1 || !Array.isArray(managers) || managers.length === 0)
    throw new XksError('malformed', 'the health status lacks required fields');
  if (managers.every((manager) => (manager as { healthStatus?: unknown } | null)?.healthStatus === 'UNAVAILABLE'))
    throw new XksError('InternalException', 'no external key manager is available');
};

/** One key behind a proxy. */
export class ExternalKey {
  readonly #client: XksClient;
  readonly #proxy: XksProxy;
  readonly #path: string;

  /** @param id letters, digits, `-_.` */
  constructor(client: XksClient, proxy: XksProxy, id: string) {
    this.#client = client;
    this.#proxy = proxy;
    this.#path = `keys/${id}`;
  }

  /** @throws {XksError} */
  async describe(requestMetadata: RequestMetadata): Promise<ExternalKeyState> {
    const answer = await this.#client.ask(this.#proxy, `${this.#path}/metadata`, { requestMetadata });
    const { keySpec, keyUsage, keyStatus } = answer;
    if (typeof keySpec !== 'string' || typeof keyStatus !== 'string' || !Array.isArray(keyUsage))
      throw new XksError('malformed', "the key's metadata lacks required fields");
    return { keySpec, keyUsage: keyUsage.map(String), keyStatus };
  }

  /** @param aad at most 8,192 bytes @throws {XksError} */
  async encrypt(plaintext: Buffer, aad: Buffer, requestMetadata: RequestMetadata): Promise<XksCiphertext> {
    const answer = await this.#client.ask(this.#proxy, `${this.#path}/encrypt`, {
      requestMetadata,
      additionalAuthenticatedData: aad.toString('base64'),
      plaintext: plaintext.toString('base64'),
      encryptionAlgorithm: 'AES_GCM',
      ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
    });
    const sealed: XksCiphertext = {
      metadata: answer.ciphertextMetadata === undefined ? Buffer.alloc(0) : bytesOf(answer, 'ciphertextMetadata'),
      iv: bytesOf(answer, 'initializationVector'),
      ciphertext: bytesOf(answer, 'ciphertext'),
      tag: bytesOf(answer, 'authenticationTag'),
    };
    const { metadata, iv, ciphertext, tag } = sealed;
    const shapely = metadata.length <= 20 && (iv.length === 12 || iv.length === 16) && tag.length === 16;
    if (!shapely || ciphertext.length !== plaintext.length)
      throw new XksError('malformed', 'a part of the ciphertext has the wrong length');
    const value = bytesOf(answer, 'ciphertextDataIntegrityValue');
    if (value.length !== 32 || !timingSafeEqual(value, integrityValue(aad, sealed)))
      throw new XksError('malformed', 'the integrity value is not that of the ciphertext');
    return sealed;
  }

  /** @throws {XksError} InvalidCiphertextException: it is not what was encrypted */
  async decrypt(sealed: XksCiphertext, aad: Buffer, requestMetadata: RequestMetadata): Promise<Buffer> {
    const { metadata, iv, ciphertext, tag } = sealed;
    const answer = await this.#client.ask(this.#proxy, `${this.#path}/decrypt`, {
      requestMetadata,
      additionalAuthenticatedData: aad.toString('base64'),
      encryptionAlgorithm: 'AES_GCM',
      ciphertext: ciphertext.toString('base64'),
      ...(metadata.length > 0 && { ciphertextMetadata: metadata.toString('base64') }),
      initializationVector: iv.toString('base64'),
      authenticationTag: tag.toString('base64'),
    });
    const plaintext = bytesOf(answer, 'plaintext');
    if (plaintext.length !== ciphertext.length)
      throw new XksError('malformed', 'the plaintext has not the length of the ciphertext');
    return plaintext;
  }
}

const bytesOf = (answer: Readonly<Record<string, unknown>>, name: string): Buffer => {
  const text = answer[name];
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new XksError('malformed', `${name} is not base64`);
  return Buffer.from(text, 'base64');
};
