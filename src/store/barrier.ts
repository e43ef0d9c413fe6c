import { createHmac, type KeyObject } from 'node:crypto';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { deriveSecretKey, formatKdfInput } from '../crypto/kdf.ts';
import type { Key } from './collection.ts';
import { IntegrityError, Keyring, type KeyringRow, type NamedKey } from './keyring.ts';
import { LogChain, type LogKey, newLog } from './log-chain.ts';
import type { KeyWrap } from './store.ts';

const recordFormat = 1;
const headerBytes = 5;
const recordPurpose = 'record:';
const identityBytes = 16;

/** Tag bytes that keep the three kinds of identities apart. docs/formats/record.md */
const tags = { record: 1, partition: 2, entry: 3 } as const;

/** Where a sealed record lives: bound to it as AAD. */
export interface RecordPlace {
  readonly id: Buffer;
  readonly partition: Buffer;
  readonly revision: number;
}

/**
 * The line between plaintext and storage, and the only holder of keys: below it there are sealed bytes and MACs, above it
 * records and names. Layouts in docs/formats/record.md and key-hierarchy.md.
 */
export class Barrier {
  readonly #keyring: Keyring;
  readonly #storeId: Buffer;
  readonly #identityKey: KeyObject;
  /** The key that seals the log: for the thread that writes it. */
  readonly logKey: LogKey;
  readonly #aeads = new Map<NamedKey, AeadKey>();

  /**
   * @param rows the stored keyring; empty for a new store
   * @throws {IntegrityError} the keyring was altered
   */
  constructor(rootKey: KeyObject, storeId: Buffer, rows: readonly KeyringRow[]) {
    this.#keyring = new Keyring(rootKey, storeId, rows);
    this.#storeId = storeId;
    this.#identityKey = this.#keyring.sealingKey('identity').key;
    this.logKey = { key: this.#keyring.sealingKey('log').key, storeId };
  }

  /** New keys, to be written in the next commit; `keyring.saved` when they are. */
  get keyring(): Pick<Keyring, 'unsaved' | 'saved' | 'lookFor' | 'learn' | 'catchUp'> {
    return this.#keyring;
  }

  /** The sealed head of a new, empty log. */
  newLogHead(): Buffer {
    return new LogChain(this.logKey).sealHead(newLog());
  }

  /** Row id of a record: a MAC, so that storage sees no name. */
  recordId(collection: string, key: Key): Buffer {
    return this.#identity(tags.record, collection, key);
  }

  /** @param partition the key's parts but the last */
  partitionId(collection: string, partition: Key): Buffer {
    return this.#identity(tags.partition, collection, partition);
  }

  entryId(collection: string, index: string, value: Key): Buffer {
    return this.#identity(tags.entry, collection, [index, ...value]);
  }

  sealRecord(collection: string, place: RecordPlace, plaintext: string): Buffer {
    const dek = this.#keyring.sealingKey(`record:${collection}`);
    const header = formatHeader(dek.id);
    return Buffer.concat([
      header,
      this.#aead(dek, 'bulwark/record').seal(Buffer.from(plaintext), recordAad(header, place)),
    ]);
  }

  /** @throws {IntegrityError} altered, or stored in another place than it was sealed for */
  openRecord(collection: string, place: RecordPlace, sealed: Buffer): string {
    const dek = this.#keyring.openingKey(parseHeader(sealed), `record:${collection}`);
    const aad = recordAad(sealed.subarray(0, headerBytes), place);
    return opened(this.#aead(dek, 'bulwark/record'), sealed, aad, `a record of ${collection}`).toString('utf8');
  }

  /** Whether a record is sealed by a key that a newer one has superseded. */
  isSuperseded(sealed: Buffer): boolean {
    return this.#keyring.isSuperseded(parseHeader(sealed));
  }

  /** See {@link Keyring.rotate}. */
  rotateKeys(): void {
    this.#keyring.rotate();
  }

  /** What only somebody can make who has the root key and the data: proves an operator to a running server. */
  operatorProof(message: string): Buffer {
    const key = deriveSecretKey(this.logKey.key, formatKdfInput('bulwark/operator', this.#storeId, 32));
    return createHmac('sha256', key).update(message).digest();
  }

  /**
   * Opens a record whose collection is not known, and checks that it stands in its place: for verification and rotation.
   *
   * @throws {IntegrityError}
   */
  openAnyRecord(place: RecordPlace, sealed: Buffer): { readonly collection: string; readonly text: string } {
    const purpose = this.#keyring.findPurpose(parseHeader(sealed)) ?? '';
    if (!purpose.startsWith(recordPurpose)) throw new IntegrityError('a record names a key that seals no records');
    const collection = purpose.slice(recordPurpose.length);
    const text = this.openRecord(collection, place, sealed);
    const [key] = JSON.parse(text) as [Key];
    const partition = this.partitionId(collection, key.slice(0, -1));
    if (!this.recordId(collection, key).equals(place.id) || !partition.equals(place.partition)) {
      throw new IntegrityError(`a record of ${collection} stands under the key of another`);
    }
    return { collection, text };
  }

  keyWrap(purpose: string): KeyWrap {
    const unwrap: KeyWrap['unwrap'] = (wrapped, context) => {
      const sealed = Buffer.from(wrapped, 'base64url');
      const dek = this.#keyring.openingKey(parseHeader(sealed), `wrap:${purpose}`);
      const aad = Buffer.concat([sealed.subarray(0, headerBytes), Buffer.from(context)]);
      return opened(this.#aead(dek, 'bulwark/wrap'), sealed, aad, 'a wrapped secret');
    };
    return {
      unwrap,
      wrap: (secret, context) => {
        const dek = this.#keyring.sealingKey(`wrap:${purpose}`);
        const header = formatHeader(dek.id);
        const sealed = this.#aead(dek, 'bulwark/wrap').seal(secret, Buffer.concat([header, Buffer.from(context)]));
        return Buffer.concat([header, sealed]).toString('base64url');
      },
      findUnwrapped: (presented, context) => {
        try {
          return unwrap(presented, context);
        } catch (error) {
          if (error instanceof IntegrityError) return undefined;
          throw error;
        }
      },
    };
  }

  #identity(tag: number, collection: string, parts: Key): Buffer {
    let bytes = 1 + 4 + Buffer.byteLength(collection);
    for (const part of parts) bytes += 4 + Buffer.byteLength(part);
    const encoded = Buffer.allocUnsafe(bytes);
    let at = writePart(encoded, encoded.writeUInt8(tag, 0), collection);
    for (const part of parts) at = writePart(encoded, at, part);
    return createHmac('sha256', this.#identityKey).update(encoded).digest().subarray(0, identityBytes);
  }

  #aead(named: NamedKey, label: string): AeadKey {
    const known = this.#aeads.get(named);
    if (known) return known;
    const aead = AeadKey.from(named.key, label);
    this.#aeads.set(named, aead);
    return aead;
  }
}

const writePart = (target: Buffer, at: number, part: string): number => {
  const bytes = target.write(part, at + 4, 'utf8');
  target.writeUInt32BE(bytes, at);
  return at + 4 + bytes;
};

const formatHeader = (dekId: number): Buffer => {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(recordFormat, 0);
  header.writeUInt32BE(dekId, 1);
  return header;
};

/** @returns id of the DEK */
const parseHeader = (sealed: Buffer): number => {
  if (sealed.length < headerBytes || sealed[0] !== recordFormat)
    throw new IntegrityError('sealed bytes of an unknown format');
  return sealed.readUInt32BE(1);
};

const recordAad = (header: Buffer, { id, partition, revision }: RecordPlace): Buffer => {
  const aad = Buffer.alloc(headerBytes + 2 * identityBytes + 8);
  header.copy(aad, 0);
  id.copy(aad, headerBytes);
  partition.copy(aad, headerBytes + identityBytes);
  aad.writeBigUInt64BE(BigInt(revision), headerBytes + 2 * identityBytes);
  return aad;
};

const opened = (aead: AeadKey, sealed: Buffer, aad: Buffer, what: string): Buffer => {
  try {
    return aead.open(sealed.subarray(headerBytes), aad);
  } catch (cause) {
    if (cause instanceof AeadError) throw new IntegrityError(`${what} was altered or moved`, { cause });
    throw cause;
  }
};
