import { readFileSync } from 'node:fs';
import { type Config, isLoopback } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { configuredIdentity } from '../tls-settings.ts';
import type { ClientCertificates } from '../wire/tls.ts';
import { readAccessKeys } from '../xks-proxy/access-keys.ts';
import { ExternalKeys } from '../xks-proxy/external-keys.ts';
import { serveXksProxy } from '../xks-proxy/xks-proxy.ts';
import type { Texts } from './command-row.ts';

/** `bulwark xks-proxy`: keys of a KMS for external key stores of another one, until a signal. */
export const xksProxyCommand = async (config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const { host } = config;
  const tls = typeof config.tls === 'object' ? configuredIdentity(config.tls) : undefined;
  if (!tls && !isLoopback(host)) throw new ConfigError(`to listen on ${host}, give --tls-cert and --tls-key`);
  const clients = clientsOf(flags, tls !== undefined);
  const path = `${flags.prefix ?? ''}/kms/xks/v1`;
  if (!/^(\/[a-zA-Z0-9_-]+)*\/kms\/xks\/v1$/.test(path) || path.length > 128)
    throw new ConfigError('prefix: expected /segments of letters, digits, - and _');
  const file = flags['access-keys'];
  if (file === undefined) throw new ConfigError('access-keys: expected a file; where there is none, it is made');
  const requestsPerSecond = Number(flags.rate ?? '1800');
  if (!(requestsPerSecond >= 1)) throw new ConfigError('rate: expected requests per second');
  const proxy = await serveXksProxy({
    keys: keysOf(flags, environment),
    accessKeys: readAccessKeys(file),
    path,
    port: config.port,
    host,
    ...(tls && { tls }),
    ...clients,
    requestsPerSecond,
    log: (line) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`),
  });
  process.stdout.write(
    `# XKS proxy; its access keys are in ${file}\n${tls ? 'https' : 'http'}://${host}:${proxy.port}${path}\n`,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void proxy.close().then(() => process.exit(0)));
  }
};

/** @throws {ConfigError} */
const clientsOf = (
  { 'client-ca': ca, 'client-name': names }: Texts,
  secure: boolean,
): { readonly clients?: ClientCertificates } => {
  if (ca === undefined && names === undefined) return {};
  if (ca === undefined || names === undefined || !secure)
    throw new ConfigError('client-ca and client-name go together, with --tls-cert and --tls-key');
  return { clients: { ca: readFileSync(ca, 'utf8'), names: names.split(',').map((name) => name.trim()) } };
};

/** @throws {ConfigError} */
const keysOf = ({ keys = '', endpoint, ca }: Texts, environment: Texts): ExternalKeys => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (!accessKeyId || !secretAccessKey)
    throw new ConfigError('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may use the KMS keys');
  const reached = {
    accessKeyId,
    secretAccessKey,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    ...(endpoint && { endpoint }),
    ...(ca && { ca: readFileSync(ca, 'utf8') }),
  };
  return new ExternalKeys(
    new Map(
      keys.split(',').map((pair) => {
        const [, id, keyArn] =
          /^\s*([a-zA-Z0-9._-]{1,128})=(arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/\S+)\s*$/.exec(pair) ?? [];
        if (id === undefined || keyArn === undefined)
          throw new ConfigError('keys: expected id=arn of an HMAC_256 key,…');
        return [id, { ...reached, keyArn }];
      }),
    ),
  );
};
