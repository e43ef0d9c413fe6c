import { chmodSync, constants, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { callKms } from '../seal/kms-client.ts';
import type { KmsSettings } from '../seal/method.ts';
import { WrongSecret } from '../seal/seal-error.ts';
import {
  type DecryptRequest,
  type EncryptRequest,
  type EncryptResponse,
  keyManagementService,
  type StatusResponse,
} from './key-management-service.ts';

/** What the provider encrypts with, and where kube-apiserver finds it. */
export interface ProviderOptions {
  readonly kms: KmsSettings;
  /** Bound to every ciphertext, and shown in the audit trail. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  /** Path of the Unix socket; what lies there is removed. */
  readonly socket: string;
  /** Told of what failed: the request's uid, never its content. */
  readonly report: (message: string) => void;
}

/** A provider that answers. */
export interface RunningProvider {
  /** Answers what is in flight, then removes the socket. */
  close(): Promise<void>;
}

/** Largest message that kube-apiserver sends is a seed of some 100 bytes; ciphertexts stay below 1 KiB. */
const maxMessageBytes = 16_384;

/**
 * Serves the Kubernetes KMS v2 API on a Unix socket that only this user can reach: kube-apiserver's seeds are encrypted by
 * a KMS key, so that a stolen etcd is of no use without it.
 *
 * What is wrong with the key is told at once; kube-apiserver may be started before its KMS is there.
 *
 * @throws {Error} the socket cannot be made
 */
export const serveKmsProvider = async (options: ProviderOptions): Promise<RunningProvider> => {
  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes });
  const provider = new Provider(options);
  server.addService(keyManagementService(), {
    Status: answering(() => provider.status(), options.report),
    Encrypt: answering((request: EncryptRequest) => provider.encrypt(request), options.report),
    Decrypt: answering((request: DecryptRequest) => provider.decrypt(request), options.report),
  });
  rmSync(options.socket, { force: true });
  await access(dirname(options.socket), constants.W_OK);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${options.socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  chmodSync(options.socket, 0o600);
  await provider.status();
  return {
    close: () =>
      new Promise((resolve, reject) => {
        server.tryShutdown((error) => (error ? reject(error) : resolve()));
      }),
  };
};

class Provider {
  readonly #options: ProviderOptions;
  /** The last one seen: a status always has one. The ARN of the key, also where an alias names it, and its material. */
  #keyId: string;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#keyId = options.kms.keyArn;
  }

  async status(): Promise<StatusResponse> {
    const healthz = await this.#health().catch(messageOf);
    if (healthz !== 'ok') this.#options.report(`status: ${healthz}`);
    return { version: 'v2', healthz, keyId: this.#keyId };
  }

  /** `ok`, else what is wrong with the key. */
  async #health(): Promise<string> {
    const { kms } = this.#options;
    const { Arn, KeyState, CurrentKeyMaterialId } = (await callKms(kms, 'DescribeKey', { KeyId: kms.keyArn }))
      .KeyMetadata as { readonly Arn: string; readonly KeyState: string; readonly CurrentKeyMaterialId?: string };
    this.#keyId = keyIdOf(Arn, CurrentKeyMaterialId);
    return KeyState === 'Enabled' ? 'ok' : `the key is ${KeyState}`;
  }

  async encrypt({ plaintext }: EncryptRequest): Promise<EncryptResponse> {
    const { kms, encryptionContext } = this.#options;
    const { CiphertextBlob } = await callKms(kms, 'Encrypt', {
      KeyId: kms.keyArn,
      Plaintext: plaintext.toString('base64'),
      EncryptionContext: encryptionContext,
    });
    return { ciphertext: Buffer.from(String(CiphertextBlob), 'base64'), keyId: this.#keyId };
  }

  async decrypt({ ciphertext, keyId }: DecryptRequest): Promise<{ readonly plaintext: Buffer }> {
    const { kms, encryptionContext } = this.#options;
    const { Plaintext } = await callKms(kms, 'Decrypt', {
      KeyId: keyArnOf(keyId, kms.keyArn),
      CiphertextBlob: ciphertext.toString('base64'),
      EncryptionContext: encryptionContext,
    });
    return { plaintext: Buffer.from(String(Plaintext), 'base64') };
  }
}

/** A rotated key has new material, and an alias may name a new key: kube-apiserver then makes new seeds. */
const keyIdOf = (keyArn: string, materialId: string | undefined): string =>
  materialId === undefined ? keyArn : `${keyArn}#${materialId}`;

/** The key that something was encrypted under: what an alias names by now may be another one. */
const keyArnOf = (keyId: string, fallback: string): string => {
  const [arn = ''] = keyId.split('#');
  return arn.startsWith('arn:') ? arn : fallback;
};

const answering =
  <Request extends { readonly uid?: string }, Response>(
    work: (request: Request) => Promise<Response>,
    report: ProviderOptions['report'],
  ): handleUnaryCall<Request, Response> =>
  ({ request }: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) =>
    void work(request).then(
      (response) => answer(null, response),
      (error: unknown) => {
        report(`request ${request.uid ?? ''}: ${messageOf(error)}`);
        const code = error instanceof WrongSecret ? status.INVALID_ARGUMENT : status.UNAVAILABLE;
        answer({ code, details: messageOf(error) });
      },
    );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
