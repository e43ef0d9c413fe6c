import type { MessageType } from '@aws-sdk/client-kms';
import type { SignatureScheme } from '../../crypto/signature.ts';
import { fault } from '../../kernel/fault.ts';
import type { KmsKey } from './kms-key.ts';

/** One way to give a message to a signing algorithm. */
interface MessageRow {
  readonly scheme: SignatureScheme;
  /** How long the message must be; absent: any length. */
  readonly bytes?: number;
}

type AlgorithmRow = Readonly<Partial<Record<MessageType, MessageRow>>>;

const hashed = (
  name: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA',
  hash: 'sha256' | 'sha384' | 'sha512',
): AlgorithmRow => ({
  RAW: { scheme: { name, hash, input: 'message' } },
  DIGEST: { scheme: { name, hash, input: 'digest' }, bytes: Number(hash.slice(3)) / 8 },
});

/** Signing algorithms, with the message types that each takes. @see KMS API reference, Sign: "MessageType" */
const rows: Readonly<Record<string, AlgorithmRow>> = {
  RSASSA_PKCS1_V1_5_SHA_256: hashed('RSASSA-PKCS1-v1_5', 'sha256'),
  RSASSA_PKCS1_V1_5_SHA_384: hashed('RSASSA-PKCS1-v1_5', 'sha384'),
  RSASSA_PKCS1_V1_5_SHA_512: hashed('RSASSA-PKCS1-v1_5', 'sha512'),
  RSASSA_PSS_SHA_256: hashed('RSASSA-PSS', 'sha256'),
  RSASSA_PSS_SHA_384: hashed('RSASSA-PSS', 'sha384'),
  RSASSA_PSS_SHA_512: hashed('RSASSA-PSS', 'sha512'),
  ECDSA_SHA_256: hashed('ECDSA', 'sha256'),
  ECDSA_SHA_384: hashed('ECDSA', 'sha384'),
  ECDSA_SHA_512: hashed('ECDSA', 'sha512'),
  ED25519_SHA_512: { RAW: { scheme: { name: 'Ed25519' } } },
  // AWS hashes what it is given once more: its signature is of a message which is itself a digest.
  ED25519_PH_SHA_512: { DIGEST: { scheme: { name: 'Ed25519ph' }, bytes: 64 } },
  ML_DSA_SHAKE_256: {
    RAW: { scheme: { name: 'ML-DSA', input: 'message' } },
    EXTERNAL_MU: { scheme: { name: 'ML-DSA', input: 'mu' }, bytes: 64 },
  },
};

/** What Sign and Verify are given. */
interface SigningInput {
  readonly SigningAlgorithm: string;
  readonly MessageType?: MessageType | undefined;
  readonly Message: Uint8Array;
}

/**
 * How a message is to be signed.
 *
 * @throws {Fault} key state, usage or spec do not fit, or ValidationException: the algorithm does not take such a message
 */
export const requireSignable = (operation: string, key: KmsKey, input: SigningInput): SignatureScheme => {
  const { SigningAlgorithm, MessageType = 'RAW', Message } = input;
  key.requireUsable(operation, SigningAlgorithm);
  const row = rows[SigningAlgorithm]![MessageType];
  if (!row) {
    const what = SigningAlgorithm.startsWith('ED25519_')
      ? `algorithm ${SigningAlgorithm}`
      : `key spec ${key.record.keySpec}`;
    throw fault('ValidationException', `Message type ${MessageType} is incompatible with ${what}.`);
  }
  if (row.bytes !== undefined && Message.length !== row.bytes) {
    throw fault('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  return row.scheme;
};
