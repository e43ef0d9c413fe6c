import { loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/**
 * The gRPC service `v2.KeyManagementService` that kube-apiserver speaks to its KMS plugins.
 *
 * @see Kubernetes: "Using a KMS provider for data encryption", `kms/apis/v2/api.proto`
 */
export const keyManagementService = (): ServiceClientConstructor['service'] => {
  const bytesByName = { keyType: 'string', type: 'bytes' };
  const definition = fromJSON(
    {
      nested: {
        v2: {
          nested: {
            KeyManagementService: {
              methods: {
                Status: { requestType: 'StatusRequest', responseType: 'StatusResponse', comment: '' },
                Encrypt: { requestType: 'EncryptRequest', responseType: 'EncryptResponse', comment: '' },
                Decrypt: { requestType: 'DecryptRequest', responseType: 'DecryptResponse', comment: '' },
              },
            },
            StatusRequest: { fields: {} },
            StatusResponse: {
              fields: {
                version: { type: 'string', id: 1 },
                healthz: { type: 'string', id: 2 },
                keyId: { type: 'string', id: 3 },
              },
            },
            EncryptRequest: { fields: { plaintext: { type: 'bytes', id: 1 }, uid: { type: 'string', id: 2 } } },
            EncryptResponse: {
              fields: {
                ciphertext: { type: 'bytes', id: 1 },
                keyId: { type: 'string', id: 2 },
                annotations: { ...bytesByName, id: 3 },
              },
            },
            DecryptRequest: {
              fields: {
                ciphertext: { type: 'bytes', id: 1 },
                uid: { type: 'string', id: 2 },
                keyId: { type: 'string', id: 3 },
                annotations: { ...bytesByName, id: 4 },
              },
            },
            DecryptResponse: { fields: { plaintext: { type: 'bytes', id: 1 } } },
          },
        },
      },
    },
    { defaults: true },
  );
  const { v2 } = loadPackageDefinition(definition) as unknown as {
    readonly v2: { readonly KeyManagementService: ServiceClientConstructor };
  };
  return v2.KeyManagementService.service;
};

/** A plugin's answer about itself. */
export interface StatusResponse {
  readonly version: 'v2';
  /** `ok`, else what is wrong: kube-apiserver then reports itself unhealthy. */
  readonly healthz: string;
  /** Changes when new data is encrypted under another key: kube-apiserver then rewrites what it reads. */
  readonly keyId: string;
}

/** What kube-apiserver wants encrypted: a seed of its data keys. */
export interface EncryptRequest {
  readonly plaintext: Buffer;
  /** Ties the request to a line of kube-apiserver's log. */
  readonly uid: string;
}

/** @see {@link EncryptRequest} */
export interface EncryptResponse {
  /** Less than 1 KiB. */
  readonly ciphertext: Buffer;
  readonly keyId: string;
}

/** What {@link EncryptResponse} was answered with. */
export interface DecryptRequest {
  readonly ciphertext: Buffer;
  readonly uid: string;
  readonly keyId: string;
}
