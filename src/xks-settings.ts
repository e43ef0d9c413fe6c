import type { Option } from './options.ts';
import { ConfigError, certificatesIn, integer, textIn } from './setting-values.ts';
import type { XksNetwork } from './xks/xks-client.ts';

/** Settings of external key stores. */
export const xksOptions: readonly Option[] = [
  {
    name: 'xks-proxy',
    env: 'BULWARK_XKS_PROXY',
    value: 'host=url,…',
    help: 'where proxies of external key stores really lie, e.g. xks.example.com=https://10.0.0.5:8443; all others at port 443 of their host',
  },
  { name: 'xks-ca', env: 'BULWARK_XKS_CA', value: 'file', help: 'PEM certificates to trust for those proxies' },
  {
    name: 'xks-client-cert',
    env: 'BULWARK_XKS_CLIENT_CERT',
    value: 'file',
    help: 'PEM certificate to show to proxies that ask for one, with its chain',
  },
  { name: 'xks-client-key', env: 'BULWARK_XKS_CLIENT_KEY', value: 'file', help: 'its private key, PEM' },
  {
    name: 'xks-timeout',
    env: 'BULWARK_XKS_TIMEOUT',
    value: 'ms',
    default: '250',
    help: 'how long a proxy may take to answer',
  },
];

/** @throws {ConfigError} */
export const readXksNetwork = (raw: Readonly<Record<string, string | undefined>>): XksNetwork => {
  const pairs = (raw['xks-proxy'] ?? '').split(',').flatMap((pair) => pair.trim() || []);
  const proxies = new Map(
    pairs.map((pair): [string, URL] => {
      const [, host, url] = /^([a-zA-Z0-9.-]+)=(https:\/\/[^/?#\s]+)\/?$/.exec(pair) ?? [];
      if (host === undefined || !URL.canParse(url!))
        throw new ConfigError(`xks-proxy: "${pair}" is not host=https://address:port`);
      return [host.toLowerCase(), new URL(url!)];
    }),
  );
  const timeoutMs = integer('xks-timeout', raw['xks-timeout']!, 1, 60_000);
  const { 'xks-ca': ca, 'xks-client-cert': cert, 'xks-client-key': key } = raw;
  if ((cert === undefined) !== (key === undefined))
    throw new ConfigError('xks-client-cert and xks-client-key go together');
  return {
    proxies,
    timeoutMs,
    ...(ca !== undefined && { ca: certificatesIn('xks-ca', ca).join('\n') }),
    ...(cert !== undefined &&
      key !== undefined && { identity: { cert: textIn('xks-client-cert', cert), key: textIn('xks-client-key', key) } }),
  };
};
