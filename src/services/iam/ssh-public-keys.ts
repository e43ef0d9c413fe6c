import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { UserRecord } from './users.ts';

/** A public key by which a user proves who it is over SSH. */
export interface SshPublicKeyRecord {
  readonly userId: string;
  /** `APKA…` */
  readonly keyId: string;
  /** `ssh-rsa …`, without a comment. */
  readonly body: string;
  /** MD5 of the key in SSH form, as hexadecimal pairs. */
  readonly fingerprint: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploadedAt: string;
}

const records = collection<SshPublicKeyRecord>('iam.ssh-public-keys', { key: ['userId', 'keyId'] });

/** SSH public keys by user. */
export const sshPublicKeys = {
  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, { userId }: UserRecord, keyId: string): SshPublicKeyRecord => {
    const record = records.find(tx, [userId, keyId]);
    if (!record) throw fault('NoSuchEntity', `The Public Key with id ${keyId} cannot be found.`);
    return record;
  },

  put: (tx: Transaction, record: SshPublicKeyRecord): void => records.put(tx, [record.userId, record.keyId], record),

  delete: (tx: Transaction, { userId, keyId }: SshPublicKeyRecord): void => records.delete(tx, [userId, keyId]),

  /** A user's keys, by id; the quota keeps them few. */
  list: (tx: Transaction, { userId }: UserRecord): readonly SshPublicKeyRecord[] =>
    records.list(tx, [userId], { limit: Number.MAX_SAFE_INTEGER }).items,
} as const;

/** A key read from a request. */
export interface ReadSshKey {
  readonly body: string;
  readonly fingerprint: string;
}

/**
 * Reads an RSA public key, in SSH form (RFC 4253 §6.6) or PEM.
 *
 * @throws {Fault} `InvalidPublicKey`, also for keys below 2048 bits
 */
export const readSshKey = (text: string): ReadSshKey => {
  const key = text.includes('-----BEGIN') ? fromPem(text) : fromSsh(text);
  // Not every kind of key has a JWK.
  if (key.asymmetricKeyType !== 'rsa') throw invalid();
  const { n, e } = key.export({ format: 'jwk' });
  if (Buffer.from(n!, 'base64url').length < 256) throw invalid();
  const blob = Buffer.concat(
    [Buffer.from('ssh-rsa'), toMpint(Buffer.from(e!, 'base64url')), toMpint(Buffer.from(n!, 'base64url'))].map(framed),
  );
  const digest = hash('md5', blob);
  return { body: `ssh-rsa ${blob.toString('base64')}`, fingerprint: digest.match(/../g)!.join(':') };
};

/** The two states that a key can be put into. @throws {Fault} `InvalidInput` */
export const requireSwitch = (status: string): SshPublicKeyRecord['status'] => {
  if (status === 'Active' || status === 'Inactive') return status;
  throw fault('InvalidInput', `Invalid status: ${status}`);
};

/** A stored key as PEM. */
export const sshKeyAsPem = (body: string): string => fromSsh(body).export({ type: 'spki', format: 'pem' }).toString();

const fromPem = (text: string): KeyObject => {
  try {
    return createPublicKey(text);
  } catch (cause) {
    throw invalid(cause);
  }
};

const fromSsh = (text: string): KeyObject => {
  const [type, base64] = text.trim().split(/\s+/);
  if (type !== 'ssh-rsa' || base64 === undefined) throw invalid();
  const [name, e, n] = unframed(Buffer.from(base64, 'base64'));
  if (name?.toString() !== 'ssh-rsa' || !e?.length || !n?.length) throw invalid();
  try {
    const jwk = { kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') };
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw invalid(cause);
  }
};

const framed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** RFC 4251 §5: positive numbers begin with a zero bit. */
const toMpint = (bytes: Buffer): Buffer => (bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);

const unframed = (blob: Buffer): readonly Buffer[] => {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return [];
    const part = blob.subarray(at + 4, end);
    parts.push(part[0] === 0 ? part.subarray(1) : part);
    at = end;
  }
  return parts;
};

const invalid = (cause?: unknown) =>
  fault('InvalidPublicKey', 'The public key is not a valid RSA key of at least 2048 bits.', { cause });
