import 'reflect-metadata';
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** A certificate (for a leaf: followed by its CA's) and its private key, both PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** Makes a CA for this server alone: P-256, ten years, no CA below it. */
export const createAuthority = async (): Promise<Issued> => {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: `CN=Bulwark local CA ${randomBytes(4).toString('hex')}`,
    ...validFor(3650),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(certificate), key: exportKey(keys.privateKey) };
};

/**
 * Issues a server certificate of 397 days, the most that clients accept of one (CA/Browser Forum BR §6.3.2).
 *
 * @param names DNS names and IP addresses
 * @returns the leaf followed by the CA certificate
 */
export const issueCertificate = async (authority: Issued, names: readonly string[]): Promise<Issued> => {
  const ca = new x509.X509Certificate(authority.cert);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: 'CN=Bulwark',
    issuer: ca.subject,
    ...validFor(397),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? x509.IP : x509.DNS, value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(certificate) + authority.cert, key: exportKey(keys.privateKey) };
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const generateKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** 127 random bits, positive (RFC 5280 §4.1.2.2). */
const newSerialNumber = (): string => {
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial.toString('hex');
};

/** From an hour ago, for clients whose clock is behind. */
const validFor = (days: number) => {
  const now = Date.now();
  return { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + days * 86_400_000 - 3_600_000) };
};

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem').trim()}\n`;

const exportKey = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();

const importKey = (key: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    false,
    ['sign'],
  );
