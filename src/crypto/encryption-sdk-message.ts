import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';
import { randomBytes } from './random.ts';
import { takeSecretKey } from './secret-key.ts';

/** A data key as it stands in a message: encrypted by KMS. */
export interface EncryptedDataKey {
  /** ARN of the KMS key. */
  readonly keyArn: string;
  readonly ciphertext: Buffer;
}

/** The bytes are not a message, or were altered. */
export class MessageError extends Error {}

/** AES-256-GCM with a 96-bit IV and a 128-bit tag, under a key derived by HKDF with SHA-256. */
const algorithmId = 0x0178;
const ivBytes = 12;
const tagBytes = 16;
const messageIdBytes = 16;
/** Version 1, customer authenticated encrypted data. */
const prefix = Buffer.of(0x01, 0x80);
/** Content that is not framed: one block. */
const nonFramed = Buffer.of(0x01, 0, 0, 0, 0, ivBytes, 0, 0, 0, 0);
const singleBlock = Buffer.from('AWSKMSEncryptionClient Single Block');
const providerId = Buffer.from('aws-kms');

/**
 * Writes a message of the AWS Encryption SDK: header, one encrypted data key, one block.
 *
 * @param dataKey 256 bits, used for this message alone
 * @see AWS Encryption SDK developer guide: "AWS Encryption SDK message format reference", version 1
 */
export const sealMessage = (
  plaintext: Buffer,
  dataKey: KeyObject,
  encrypted: EncryptedDataKey,
  context: Readonly<Record<string, string>>,
): Buffer => {
  const messageId = randomBytes(messageIdBytes);
  const header = Buffer.concat([
    ...[prefix, u16(algorithmId), messageId, sized(contextBytes(context)), u16(1)],
    ...[sized(providerId), sized(Buffer.from(encrypted.keyArn)), sized(encrypted.ciphertext), nonFramed],
  ]);
  const key = derivedKey(dataKey, messageId);
  const headerIv = Buffer.alloc(ivBytes);
  const headerTag = createCipheriv('aes-256-gcm', key, headerIv).setAAD(header);
  headerTag.final();
  // The header has the IV of zeros; a random one is another, but for one in 2⁹⁶.
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bodyAad(messageId, plaintext.length));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, headerIv, headerTag.getAuthTag(), iv, u64(body.length), body, cipher.getAuthTag()]);
};

/** A message, read as far as it can be without its data key. */
export interface ParsedMessage {
  readonly encrypted: EncryptedDataKey;
  /** @param dataKey what KMS made of `encrypted`. @throws {MessageError} the message was altered */
  open(dataKey: KeyObject): Buffer;
}

/** Reads a message that {@link sealMessage} made. @throws {MessageError} */
export const parseMessage = (message: Buffer): ParsedMessage => {
  const reader = new Reader(message);
  if (!reader.take(2).equals(prefix) || reader.u16() !== algorithmId) throw new MessageError('another kind of message');
  const messageId = reader.take(messageIdBytes);
  reader.sized();
  if (reader.u16() !== 1) throw new MessageError('a message has one data key here');
  reader.sized();
  const encrypted = { keyArn: reader.sized().toString(), ciphertext: reader.sized() };
  if (!reader.take(nonFramed.length).equals(nonFramed)) throw new MessageError('framed content');
  const header = message.subarray(0, reader.at);
  const [headerIv, headerTag, iv] = [reader.take(ivBytes), reader.take(tagBytes), reader.take(ivBytes)];
  const length = reader.u64();
  const [body, tag] = [reader.take(length), reader.take(tagBytes)];
  if (reader.at !== message.length) throw new MessageError('bytes after the message');
  return {
    encrypted,
    open: (dataKey) => {
      const key = derivedKey(dataKey, messageId);
      try {
        createDecipheriv('aes-256-gcm', key, headerIv, { authTagLength: tagBytes })
          .setAAD(header)
          .setAuthTag(headerTag)
          .final();
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
          .setAAD(bodyAad(messageId, length))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (cause) {
        throw new MessageError('the message was altered', { cause });
      }
    },
  };
};

const derivedKey = (dataKey: KeyObject, messageId: Buffer): KeyObject => {
  const derived = Buffer.from(
    hkdfSync('sha256', dataKey, Buffer.alloc(0), Buffer.concat([u16(algorithmId), messageId]), 32),
  );
  return takeSecretKey(derived);
};

const bodyAad = (messageId: Buffer, length: number): Buffer =>
  Buffer.concat([messageId, singleBlock, Buffer.of(0, 0, 0, 1), u64(length)]);

/** Empty for an empty context; pairs sorted by the bytes of their keys. */
const contextBytes = (context: Readonly<Record<string, string>>): Buffer => {
  const pairs = Object.entries(context).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  if (pairs.length === 0) return Buffer.alloc(0);
  pairs.sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat([u16(pairs.length), ...pairs.flatMap((pair) => pair.map(sized))]);
};

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

const sized = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.at) throw new MessageError('the message ends early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  u16(): number {
    return this.take(2).readUInt16BE();
  }

  u64(): number {
    const value = this.take(8).readBigUInt64BE();
    if (value > BigInt(this.#bytes.length)) throw new MessageError('the message ends early');
    return Number(value);
  }

  sized(): Buffer {
    return this.take(this.u16());
  }
}
