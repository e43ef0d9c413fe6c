import { type KeyObject, sign } from 'node:crypto';
import { derElement, derInteger, derNull, derOid, derSequence, derSet } from '../../crypto/der.ts';

const commonName = derOid('2.5.4.3');
const organization = derOid('2.5.4.10');
const sha256WithRsa = derSequence(derOid('1.2.840.113549.1.1.11'), derNull);

/** The certificate signing request of a cluster, PEM. @see RFC 2986 §4 */
export const certificateRequest = (clusterId: string, publicKey: KeyObject, privateKey: KeyObject): string => {
  const attribute = (type: Buffer, value: string): Buffer =>
    derSet(derSequence(type, derElement(0x0c, Buffer.from(value))));
  const about = derSequence(
    derInteger(Buffer.alloc(1)),
    derSequence(attribute(organization, 'Bulwark'), attribute(commonName, `HSM:${clusterId}`)),
    publicKey.export({ format: 'der', type: 'spki' }),
    derElement(0xa0),
  );
  const signature = derElement(0x03, Buffer.alloc(1), sign('sha256', about, privateKey));
  const request = derSequence(about, sha256WithRsa, signature).toString('base64');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${request.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
};
