import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createAuthority, issueCertificate } from '../wire/certificate-authority.ts';
import type { ClientCertificates } from '../wire/tls.ts';
import { type AccessKeys, readAccessKeys } from '../xks-proxy/access-keys.ts';
import { ExternalKeys } from '../xks-proxy/external-keys.ts';
import { type RunningXksProxy, serveXksProxy } from '../xks-proxy/xks-proxy.ts';
import { rootCredentials, type TestServer } from './server.ts';

/** An XKS proxy in this process, under a name of its own. */
export interface TestXksProxy {
  readonly endpoint: string;
  readonly path: string;
  readonly credential: { readonly AccessKeyId: string; readonly RawSecretAccessKey: string };
  /** File with the certificate of its CA. */
  readonly caFile: string;
  readonly port: number;
  /** What it logged. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
  /** Starts again where it was. */
  start(): Promise<void>;
}

/** What CreateCustomKeyStore is given for a key store behind a proxy. */
export const storeBehind = (
  { endpoint, path, credential }: Pick<TestXksProxy, 'endpoint' | 'path' | 'credential'>,
  CustomKeyStoreName: string,
) => ({
  CustomKeyStoreName,
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE' as const,
  XksProxyUriEndpoint: endpoint,
  XksProxyUriPath: path,
  XksProxyAuthenticationCredential: credential,
  XksProxyConnectivity: 'PUBLIC_ENDPOINT' as const,
});

/** How a proxy differs from others. */
interface TestXksProxyOptions {
  readonly requestsPerSecond?: number;
  /** Name that its certificate is for. */
  readonly host?: string;
  /** Who may connect; absent: everybody. */
  readonly clients?: ClientCertificates;
}

/**
 * Starts a proxy over TLS; stopped when the test file ends.
 *
 * @param keys ARNs of HMAC_256 keys of `holder`, by external key id
 */
export const testXksProxy = async (
  holder: TestServer,
  keys: Readonly<Record<string, string>>,
  { requestsPerSecond = 1800, host = 'xks.example.com', clients }: TestXksProxyOptions = {},
): Promise<TestXksProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-xks-'));
  const authority = await createAuthority();
  const tls = await issueCertificate(authority, [host]);
  const [caFile, file] = [join(directory, 'ca.pem'), join(directory, 'access-keys')];
  writeFileSync(caFile, authority.cert);
  const accessKeys: AccessKeys = readAccessKeys(file);
  const [AccessKeyId = '', RawSecretAccessKey = ''] = readFileSync(file, 'utf8').trim().split(' ');
  const settings = { ...rootCredentials, endpoint: holder.url };
  const external = new ExternalKeys(new Map(Object.entries(keys).map(([id, keyArn]) => [id, { ...settings, keyArn }])));
  const path = '/team/kms/xks/v1';
  const lines: Readonly<Record<string, unknown>>[] = [];
  const log = (line: Readonly<Record<string, unknown>>): void => void lines.push(line);
  const serving = {
    keys: external,
    accessKeys,
    path,
    host: '127.0.0.1',
    tls,
    ...(clients && { clients }),
    requestsPerSecond,
    log,
  };
  let running: RunningXksProxy | undefined = await serveXksProxy({ ...serving, port: 0 });
  const { port } = running;
  const stop = async (): Promise<void> => {
    await running?.close();
    running = undefined;
  };
  after(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const start = async (): Promise<void> => {
    running = await serveXksProxy({ ...serving, port });
  };
  const credential = { AccessKeyId, RawSecretAccessKey };
  return { endpoint: `https://${host}`, path, credential, caFile, port, lines, stop, start };
};
