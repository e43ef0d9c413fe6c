import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, TlsSource } from './config.ts';
import { ConfigError } from './setting-values.ts';
import { generateTlsIdentity, readTlsIdentity, type TlsIdentity } from './wire/tls.ts';

/** The certificate to serve, as configured; undefined: none. */
export const tlsIdentity = async ({ tls, data, host }: Config): Promise<TlsIdentity | undefined> => {
  if (tls === 'off') return undefined;
  if (tls !== 'generated') return configuredIdentity(tls);
  return keptIdentity(data === ':memory:' ? undefined : data, host);
};

/** PEM certificates that programs on this machine may trust the server by; undefined: they are not kept. */
export const certificatesOf = ({ tls, data }: Config): string | undefined => {
  if (tls === 'off') return undefined;
  if (tls !== 'generated') return readFileSync(tls.certFile, 'utf8');
  return data === ':memory:' ? undefined : readFileSync(join(data, 'tls', 'ca.pem'), 'utf8');
};

/**
 * The operator's own certificate chain and key.
 *
 * @throws {ConfigError} they are not in PEM, or do not belong together
 * @throws {Error} they cannot be read
 */
export const configuredIdentity = ({ certFile, keyFile }: Exclude<TlsSource, string>): TlsIdentity => {
  try {
    return readTlsIdentity(certFile, keyFile);
  } catch (error) {
    throw refused(
      error,
      `tls-cert, tls-key: ${certFile} and ${keyFile} have to be a certificate and its own private key, each in PEM`,
    );
  }
};

/**
 * The identity under a CA of this server's own, made where there is none.
 *
 * @param directory the data directory; undefined keeps nothing
 * @throws {ConfigError} what is kept is damaged
 */
const keptIdentity = async (directory: string | undefined, host: string): Promise<TlsIdentity> => {
  try {
    return (await generateTlsIdentity(directory, [host])).identity;
  } catch (error) {
    throw refused(
      error,
      `the certificates in ${join(directory ?? '', 'tls')} are damaged: put them back, or delete them, and clients have to trust a new CA`,
    );
  }
};

/** What OpenSSL refuses, in a sentence; anything else as it is. */
const refused = (error: unknown, sentence: string): unknown =>
  error instanceof Error && 'code' in error && /^ERR_(OSSL|CRYPTO)_/.test(String(error.code))
    ? new ConfigError(`${sentence} (${error.message})`, { cause: error })
    : error;
