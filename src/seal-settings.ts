import type { Option } from './options.ts';
import type { KmsSettings, SealSettings, TokenSettings } from './seal/method.ts';
import { isSealMethod, type SealMethodName, sealMethods } from './seal/methods.ts';
import { SealError } from './seal/seal-error.ts';
import { certificatesIn } from './setting-values.ts';

/** How the root key is kept: which seal a new one gets, and what opens the seal that there is. */
export interface SealConfig {
  /** Absent: a new root key lies in `root.key` beside the data. */
  readonly method?: SealMethodName;
  readonly settings: SealSettings;
}

/** Settings of the seal. Secrets are variables only: a command line can be read by other users. */
export const sealOptions: readonly Option[] = [
  {
    name: 'seal',
    env: 'BULWARK_SEAL',
    value: 'method',
    help: `how a new root key is sealed: ${Object.keys(sealMethods).join(', ')}; none of them: it lies in root.key beside the data`,
  },
  { name: 'seal-key-file', env: 'BULWARK_SEAL_KEY_FILE', value: 'file', help: 'where the seal key lies (key-file)' },
  {
    name: 'seal-shares',
    env: 'BULWARK_SEAL_SHARES',
    value: 'k/n',
    default: '3/5',
    help: 'how many shares open a new seal, of how many (shares)',
  },
  {
    name: 'seal-pkcs11',
    env: 'BULWARK_SEAL_PKCS11',
    value: 'uri',
    help: 'token, key and library as RFC 7512 writes them: pkcs11:token=…;object=…?module-path=… (pkcs11)',
  },
  { name: 'seal-kms-key', env: 'BULWARK_SEAL_KMS_KEY', value: 'arn', help: 'ARN of the key (kms)' },
  {
    name: 'seal-kms-endpoint',
    env: 'BULWARK_SEAL_KMS_ENDPOINT',
    value: 'url',
    help: "another Bulwark's URL instead of AWS's (kms)",
  },
  {
    name: 'seal-kms-ca',
    env: 'BULWARK_SEAL_KMS_CA',
    value: 'file',
    help: 'PEM certificates to trust for that URL (kms)',
  },
];

/**
 * Composes the seal's settings.
 *
 * @param raw text by option name
 * @throws {SealError} with the setting and what it may be
 */
export const readSealConfig = (
  raw: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): SealConfig => {
  const method = raw.seal;
  if (method !== undefined && !isSealMethod(method)) {
    throw new SealError(`seal: "${method}" is not one of ${Object.keys(sealMethods).join(', ')}`);
  }
  const keyFile = raw['seal-key-file'];
  const key = environment.BULWARK_SEAL_KEY;
  const token = tokenOf(raw['seal-pkcs11'], environment);
  const kms = kmsOf(raw, environment);
  return {
    ...(method !== undefined && { method }),
    settings: {
      shares: sharesOf(raw['seal-shares'] ?? ''),
      ...(keyFile !== undefined && { keyFile }),
      ...(key !== undefined && { key }),
      ...(token && { token }),
      ...(kms && { kms }),
    },
  };
};

const sharesOf = (text: string): SealSettings['shares'] => {
  const [, threshold, total] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  if (total === undefined) throw new SealError(`seal-shares: "${text}" is not "k/n", such as 3/5`);
  return { threshold: Number(threshold), total: Number(total) };
};

const tokenOf = (
  uri: string | undefined,
  { BULWARK_SEAL_PIN: pin }: Readonly<Record<string, string | undefined>>,
): TokenSettings | undefined => {
  if (uri === undefined) return undefined;
  const attributes = new Map(
    uri
      .replace(/^pkcs11:/, '')
      .split(/[;?&]/)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
  );
  const [module, token, object] = ['module-path', 'token', 'object'].map((name) => attributes.get(name));
  if (!uri.startsWith('pkcs11:') || !module || !token || !object) {
    throw new SealError(`seal-pkcs11: "${uri}" is not "pkcs11:token=…;object=…?module-path=…"`);
  }
  if (pin === undefined) throw new SealError('seal-pkcs11 needs the PIN in BULWARK_SEAL_PIN');
  return { module, token, object, pin };
};

const kmsOf = (
  raw: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): KmsSettings | undefined => {
  const keyArn = raw['seal-kms-key'];
  if (keyArn === undefined) return undefined;
  if (!/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/.test(keyArn)) {
    throw new SealError(`seal-kms-key: "${keyArn}" is not the ARN of a key`);
  }
  const accessKeyId = environment.BULWARK_SEAL_KMS_ACCESS_KEY_ID;
  const secretAccessKey = environment.BULWARK_SEAL_KMS_SECRET_ACCESS_KEY;
  const sessionToken = environment.BULWARK_SEAL_KMS_SESSION_TOKEN;
  if (!accessKeyId || !secretAccessKey) {
    throw new SealError('seal-kms-key needs BULWARK_SEAL_KMS_ACCESS_KEY_ID and BULWARK_SEAL_KMS_SECRET_ACCESS_KEY');
  }
  const endpoint = raw['seal-kms-endpoint'];
  const ca = raw['seal-kms-ca'];
  return {
    keyArn,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(endpoint !== undefined && { endpoint: urlOf(endpoint) }),
    ...(ca !== undefined && { ca: certificatesIn('seal-kms-ca', ca).join('\n') }),
  };
};

const urlOf = (text: string): string => {
  if (!URL.canParse(text)) throw new SealError(`seal-kms-endpoint: "${text}" is not a URL`);
  return text;
};
