import type { Option } from './options.ts';
import { certificatesIn } from './setting-values.ts';
import { ObjectsMisconfigured } from './store/objects/objects.ts';
import type { S3Settings } from './store/objects/s3-client.ts';

/** How buckets are reached that `s3://…` names. */
export interface BlobConfig extends Pick<S3Settings, 'region' | 'endpoint' | 'ca'> {
  /** Absent: no credentials are configured. */
  readonly key?: S3Settings['key'];
}

/** Settings of blob stores. Secrets are variables only: a command line can be read by other users. */
export const blobOptions: readonly Option[] = [
  {
    name: 'blob-endpoint',
    env: 'BULWARK_BLOB_ENDPOINT',
    value: 'url',
    help: "the S3-compatible endpoint that s3://… of backup and restore lies at; absent: AWS's",
  },
  {
    name: 'blob-region',
    env: 'BULWARK_BLOB_REGION',
    value: 'region',
    default: 'us-east-1',
    help: 'Region of the bucket, as requests to it are signed',
  },
  {
    name: 'blob-ca',
    env: 'BULWARK_BLOB_CA',
    value: 'file',
    help: 'PEM certificates to trust for --blob-endpoint',
  },
];

/**
 * Composes the settings of blob stores.
 *
 * @param raw text by option name
 * @throws {ObjectsMisconfigured}
 * @throws {ConfigError} of certificates
 */
export const readBlobConfig = (
  raw: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): BlobConfig => {
  const endpoint = raw['blob-endpoint'];
  const ca = raw['blob-ca'];
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new ObjectsMisconfigured(`blob-endpoint: "${endpoint}" is not a URL such as https://minio.example.com:9000`);
  const accessKeyId = environment.BULWARK_BLOB_ACCESS_KEY_ID;
  const secretAccessKey = environment.BULWARK_BLOB_SECRET_ACCESS_KEY;
  const sessionToken = environment.BULWARK_BLOB_SESSION_TOKEN;
  return {
    region: raw['blob-region'] ?? '',
    ...(endpoint !== undefined && { endpoint }),
    ...(ca !== undefined && { ca: certificatesIn('blob-ca', ca).join('\n') }),
    ...(accessKeyId && secretAccessKey && { key: { accessKeyId, secretAccessKey, sessionToken } }),
  };
};
