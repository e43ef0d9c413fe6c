import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Issued } from './certificate-authority.ts';

/** What a TLS listener presents: PEM certificate chain and private key. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Who may connect to a TLS listener: who has a certificate of an authority, for one of these common names. */
export interface ClientCertificates {
  /** PEM. */
  readonly ca: string;
  readonly names: readonly string[];
}

/**
 * Reads the operator's own certificate chain and key.
 *
 * @throws {Error} unreadable, or the key is not the certificate's
 */
export const readTlsIdentity = (certFile: string, keyFile: string): TlsIdentity => {
  const identity = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  process.getBuiltinModule('node:tls').createSecureContext(identity);
  return identity;
};

/** What of a generated identity the operator needs: the identity, and the CA certificate that clients are to trust. */
export interface GeneratedIdentity {
  readonly identity: TlsIdentity;
  readonly caCertificate: string;
}

/**
 * The listener's identity under a CA of this server's own: made at the first start, kept in `<directory>/tls`, and the
 * leaf renewed under the same CA when it ends within 30 days or does not cover a name.
 *
 * Files: `ca.pem`, `ca.key`, `server.pem` (leaf and CA), `server.key`; keys are PKCS #8, readable by the owner only.
 *
 * @param directory the data directory; undefined keeps nothing
 * @param hosts further DNS names and IP addresses beside those of this machine's loopback
 */
export const generateTlsIdentity = async (
  directory: string | undefined,
  hosts: readonly string[],
): Promise<GeneratedIdentity> => {
  const folder = directory === undefined ? undefined : join(directory, 'tls');
  const names = [...new Set([...loopbackNames, ...hosts.filter((host) => !wildcardAddresses.has(host))])];
  const ca = folder && load(folder, 'ca');
  const leaf = folder && ca && load(folder, 'server');
  if (ca && leaf && isFresh(leaf, ca, names)) return { identity: leaf, caCertificate: ca.cert };

  const { createAuthority, issueCertificate } = await import('./certificate-authority.ts');
  const authority = ca && !endsWithin(ca, renewalDays) ? ca : await createAuthority();
  const issued = await issueCertificate(authority, names);
  if (folder) {
    if (authority !== ca) save(folder, 'ca', authority);
    save(folder, 'server', issued);
  }
  return { identity: issued, caCertificate: authority.cert };
};

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
/** Addresses to listen on that no client connects to. */
const wildcardAddresses = new Set(['', '0.0.0.0', '::']);
const renewalDays = 30;

const isFresh = (leaf: Issued, ca: Issued, names: readonly string[]): boolean => {
  const certificate = new X509Certificate(leaf.cert);
  return (
    !endsWithin(leaf, renewalDays) &&
    certificate.verify(new X509Certificate(ca.cert).publicKey) &&
    certificate.checkPrivateKey(createPrivateKey(leaf.key)) &&
    names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
  );
};

const endsWithin = ({ cert }: Issued, days: number): boolean =>
  new X509Certificate(cert).validToDate.getTime() < Date.now() + days * 86_400_000;

const load = (folder: string, name: string): Issued | undefined => {
  const certFile = join(folder, `${name}.pem`);
  const keyFile = join(folder, `${name}.key`);
  if (!existsSync(certFile) || !existsSync(keyFile)) return undefined;
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
};

/** The key goes first: a crash between the two leaves no certificate without its key. */
const save = (folder: string, name: string, { cert, key }: Issued): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  replace(join(folder, `${name}.key`), key, 0o600);
  replace(join(folder, `${name}.pem`), cert, 0o644);
};

const replace = (file: string, text: string, mode: number): void => {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
};
