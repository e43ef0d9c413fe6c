import { verify, X509Certificate } from 'node:crypto';
import {
  CborError,
  type CborValue,
  decodeCbor,
  encodeCborArray,
  encodeCborBytes,
  encodeCborText,
} from '../../crypto/cbor.ts';

/** What an enclave, or an instance with NitroTPM, proved of itself. */
export interface AttestedState {
  /** The enclave's id, e.g. `i-1234567890abcdef0-enc0123456789abcdef`. */
  readonly moduleId: string;
  /** When the document was made. */
  readonly madeAt: Date;
  /** Platform configuration registers of the enclave, by number; lower-case hexadecimal. */
  readonly pcrs: ReadonlyMap<number, string>;
  /** The same of a NitroTPM. */
  readonly nitroTpmPcrs: ReadonlyMap<number, string>;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer | undefined;
}

/** A document that proves nothing; the message says why. */
export class AttestationError extends Error {}

/** COSE_Sign1. @see RFC 9052 §4.2 */
const sign1Tag = 18;
/** ECDSA with SHA-384. @see RFC 9053 §2.1 */
const es384 = -35;
const maxChain = 10;

/**
 * Verifies an attestation document: its signature, and the certificates from its signer up to a root that is trusted.
 *
 * @param roots trust anchors; the document must bring one of them
 * @param now when the certificates must be valid
 * @throws {AttestationError}
 * @see AWS Nitro Enclaves User Guide: "Verifying the root of trust"
 */
export const verifyAttestation = (document: Buffer, roots: readonly X509Certificate[], now: Date): AttestedState => {
  const [protectedHeader, , payload, signature] = sign1Of(document);
  const algorithm = asMap(decoded(protectedHeader)).get(1);
  if (algorithm !== es384) throw new AttestationError('its signature is not ES384');
  const content = asMap(decoded(payload));
  const signer = certificateOf(content.get('certificate'));
  requireChain(signer, asArray(content.get('cabundle')).map(certificateOf), roots, now);
  const toBeSigned = encodeCborArray(
    encodeCborText('Signature1'),
    encodeCborBytes(protectedHeader),
    encodeCborBytes(Buffer.alloc(0)),
    encodeCborBytes(payload),
  );
  if (!verify('sha384', toBeSigned, { key: signer.publicKey, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new AttestationError('its signature is wrong');
  }
  return stateOf(content);
};

const sign1Of = (document: Buffer): readonly [Buffer, CborValue, Buffer, Buffer] => {
  const parts = asArray(decoded(document, sign1Tag));
  if (parts.length !== 4) throw new AttestationError('it is not a COSE_Sign1');
  return [asBytes(parts[0]), parts[1]!, asBytes(parts[2]), asBytes(parts[3])];
};

const stateOf = (content: ReadonlyMap<string | number, CborValue>): AttestedState => {
  const timestamp = content.get('timestamp');
  if (typeof timestamp !== 'number' || timestamp <= 0) throw new AttestationError('it has no timestamp');
  const moduleId = content.get('module_id');
  if (typeof moduleId !== 'string' || moduleId === '') throw new AttestationError('it has no module id');
  const pcrs = content.get('pcrs') ?? new Map();
  const nitroTpmPcrs = content.get('nitrotpm_pcrs') ?? new Map();
  const publicKey = content.get('public_key') ?? null;
  return {
    moduleId,
    madeAt: new Date(timestamp),
    pcrs: registers(pcrs),
    nitroTpmPcrs: registers(nitroTpmPcrs),
    publicKey: publicKey === null ? undefined : asBytes(publicKey),
  };
};

const registers = (value: CborValue): ReadonlyMap<number, string> =>
  new Map(
    [...asMap(value)].map(([index, bytes]) => {
      if (typeof index !== 'number' || index < 0 || index > 31) throw new AttestationError('it has no such PCR');
      return [index, asBytes(bytes).toString('hex')];
    }),
  );

/** @param bundle from the root to the issuer of the signer, as documents have them */
const requireChain = (
  signer: X509Certificate,
  bundle: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Date,
): void => {
  const [root] = bundle;
  if (!root || bundle.length > maxChain || !roots.some(({ raw }) => raw.equals(root.raw))) {
    throw new AttestationError('its root certificate is not trusted');
  }
  const chain = [...bundle, signer];
  for (const [at, certificate] of chain.entries()) {
    const issuer = chain[Math.max(0, at - 1)]!;
    if (!issuer.ca || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
      throw new AttestationError('its certificates are no chain');
    }
    if (now < certificate.validFromDate || now > certificate.validToDate) {
      throw new AttestationError('a certificate of it is not valid now');
    }
  }
};

const certificateOf = (der: CborValue | undefined): X509Certificate => {
  try {
    return new X509Certificate(asBytes(der));
  } catch (cause) {
    throw new AttestationError('it has no certificate', { cause });
  }
};

const decoded = (bytes: Buffer, tag?: number): CborValue => {
  try {
    return decodeCbor(bytes, tag);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    throw new AttestationError('it is not CBOR', { cause });
  }
};

const asMap = (value: CborValue | undefined): ReadonlyMap<string | number, CborValue> => {
  if (!(value instanceof Map)) throw new AttestationError('a map is missing');
  return value;
};

const asArray = (value: CborValue | undefined): readonly CborValue[] => {
  if (!Array.isArray(value)) throw new AttestationError('a list is missing');
  return value;
};

const asBytes = (value: CborValue | undefined): Buffer => {
  if (!Buffer.isBuffer(value)) throw new AttestationError('bytes are missing');
  return value;
};
