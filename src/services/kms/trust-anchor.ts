import { X509Certificate } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';

/** Asserts that a request names the certificate that signed a cluster's. @throws {Fault} IncorrectTrustAnchorException */
export const requireSameCertificate = (given: string, own: string, clusterId: string): void => {
  if (fingerprintOf(given) !== new X509Certificate(own).fingerprint256)
    throw fault(
      'IncorrectTrustAnchorException',
      `The certificate is not the trust anchor of the cluster ${clusterId}: use the content of its customerCA.crt.`,
    );
};

/** @returns undefined for what is no certificate */
const fingerprintOf = (pem: string): string | undefined => {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
};
