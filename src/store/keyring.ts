import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { AeadKey } from '../crypto/derived-key-aead.ts';
import { AeadError } from '../crypto/gcm.ts';
import { deriveSecretKey, formatKdfInput } from '../crypto/kdf.ts';
import { randomBytes } from '../crypto/random.ts';
import { CannotOpenStore } from './store.ts';

/** One sealed key as stored; docs/formats/key-hierarchy.md. */
export interface KeyringRow {
  readonly id: number;
  /** The KEK that sealed it; 0: the root key. */
  readonly parent: number;
  readonly sealed: Uint8Array;
}

/** A key in memory, with the id by which sealed bytes name it. */
export interface NamedKey {
  readonly id: number;
  readonly purpose: string;
  readonly key: KeyObject;
}

/** The root key given is not the one that this store was made with. */
export class WrongRootKey extends CannotOpenStore {
  constructor() {
    super(
      'the root key does not belong to this store: put its own back; beside a database, copy --key-directory from the first host',
    );
    this.name = 'WrongRootKey';
  }
}

/** Stored bytes do not open: somebody altered, moved or exchanged them. */
export class IntegrityError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IntegrityError';
  }
}

/** What `open` opens; undefined: it was altered. */
export const unlessAltered = <T>(open: () => T): T | undefined => {
  try {
    return open();
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
};

const keyBytes = 32;

/** Keys made with the store. Made again, they would open nothing: their absence is never an occasion to make them. */
const foundingPurposes = ['kek', 'identity', 'log'];

/**
 * Every key of a store but the root key, by purpose and by id. Keys are made when first asked for; the store writes them
 * ({@link unsaved}) in the same transaction as the first thing they sealed.
 */
export class Keyring {
  readonly #root: AeadKey;
  readonly #storeId: Buffer;
  readonly #byId = new Map<number, NamedKey>();
  readonly #newest = new Map<string, NamedKey>();
  readonly #unsaved = new Map<number, KeyringRow>();

  /**
   * @param rows every stored row, oldest first; empty for a new store
   * @throws {IntegrityError} a row does not open, or one that every store has is missing
   */
  constructor(rootKey: KeyObject, storeId: Buffer, rows: readonly KeyringRow[]) {
    this.#root = AeadKey.from(rootKey, 'bulwark/keyring');
    this.#storeId = storeId;
    for (const row of openable(rows)) this.#add(this.#open(row));
    for (const purpose of rows.length > 0 ? foundingPurposes : []) {
      if (!this.#newest.has(purpose)) throw new IntegrityError('a key was removed from the keyring');
    }
  }

  /**
   * Called before anything is sealed, while other processes may have made newer keys that are not known here.
   *
   * @throws {NotLoaded} they are read
   */
  catchUp: (() => void) | undefined;

  /** The newest key of a purpose, made if there is none. @throws {NotLoaded} */
  sealingKey(purpose: string): NamedKey {
    this.catchUp?.();
    return this.#newest.get(purpose) ?? this.#make(purpose);
  }

  /**
   * Called for the id of a key that is not known, before it counts as missing: another process may have made it meanwhile.
   *
   * @throws {NotLoaded} it is looked for
   */
  lookFor: ((id: number) => void) | undefined;

  /** Adds keys that other processes made. @throws {IntegrityError} */
  learn(rows: readonly KeyringRow[]): void {
    for (const row of openable(rows)) if (!this.#byId.has(row.id)) this.#add(this.#open(row));
  }

  /** @throws {IntegrityError} no such key, or it serves another purpose: the bytes that name it do not belong here */
  openingKey(id: number, purpose: string): NamedKey {
    if (!this.#byId.has(id)) this.lookFor?.(id);
    const found = this.#byId.get(id);
    if (found?.purpose !== purpose)
      throw new IntegrityError('sealed bytes name a key that does not belong to their place');
    return found;
  }

  /**
   * Makes a new KEK and a new key for every purpose that can change its key, and seals all others under the new KEK. What
   * older keys sealed goes on to open. Durable with the next commit.
   */
  rotate(): void {
    const purposes = [...this.#newest.keys()].filter((purpose) => /^(record|wrap):/.test(purpose));
    const kek = this.#make('kek');
    for (const named of this.#byId.values()) {
      if (named.purpose !== 'kek') this.#unsaved.set(named.id, this.#sealed(named, kek));
    }
    for (const purpose of purposes) this.#make(purpose);
  }

  /** The KEKs sealed by another root key, which is to take the place of this one. */
  underRootKey(rootKey: KeyObject): readonly KeyringRow[] {
    const root = AeadKey.from(rootKey, 'bulwark/keyring');
    return [...this.#byId.values()]
      .filter(({ purpose }) => purpose === 'kek')
      .map((kek) => this.#sealed(kek, undefined, root));
  }

  /** Whether a newer key of the same purpose seals by now. */
  isSuperseded(id: number): boolean {
    const found = this.#byId.get(id);
    return found !== undefined && this.#newest.get(found.purpose)?.id !== id;
  }

  /** What a key serves; undefined: there is no such key. */
  findPurpose(id: number): string | undefined {
    return this.#byId.get(id)?.purpose;
  }

  /** Keys that were made and are not durable yet; to be part of the next commit. */
  get unsaved(): readonly KeyringRow[] {
    return [...this.#unsaved.values()];
  }

  /** To be called when these rows of {@link unsaved} are durable. */
  saved(rows: readonly KeyringRow[]): void {
    for (const { id } of rows) this.#unsaved.delete(id);
  }

  #make(purpose: string): NamedKey {
    const parent = purpose === 'kek' ? undefined : this.sealingKey('kek');
    const secret = randomBytes(keyBytes);
    const named = { id: this.#freshId(), purpose, key: createSecretKey(secret) };
    secret.fill(0);
    this.#unsaved.set(named.id, this.#sealed(named, parent));
    this.#add(named);
    return named;
  }

  /** @param parent undefined: the root key */
  #sealed({ id, purpose, key }: NamedKey, parent: NamedKey | undefined, sealer = this.#sealer(parent)): KeyringRow {
    const secret = key.export();
    const plaintext = Buffer.concat([secret, Buffer.from(purpose, 'utf8')]);
    const sealed = sealer.seal(plaintext, this.#aad(id, parent?.id ?? 0));
    secret.fill(0);
    plaintext.fill(0);
    return { id, parent: parent?.id ?? 0, sealed };
  }

  #open(row: KeyringRow): NamedKey {
    const parent = row.parent === 0 ? undefined : this.openingKey(row.parent, 'kek');
    try {
      const plaintext = this.#sealer(parent).open(Buffer.from(row.sealed), this.#aad(row.id, row.parent));
      const key = createSecretKey(plaintext.subarray(0, keyBytes));
      const purpose = plaintext.toString('utf8', keyBytes);
      plaintext.fill(0);
      return { id: row.id, purpose, key };
    } catch (cause) {
      if (cause instanceof AeadError) throw new IntegrityError('a key in the keyring was altered or moved', { cause });
      throw cause;
    }
  }

  #add(named: NamedKey): void {
    this.#byId.set(named.id, named);
    this.#newest.set(named.purpose, named);
  }

  #sealer(parent: NamedKey | undefined): AeadKey {
    return parent ? AeadKey.from(parent.key, 'bulwark/keyring') : this.#root;
  }

  #aad(id: number, parent: number): Buffer {
    const ids = Buffer.alloc(8);
    ids.writeUInt32BE(id, 0);
    ids.writeUInt32BE(parent, 4);
    return Buffer.concat([Buffer.from('keyring\0'), this.#storeId, ids]);
  }

  #freshId(): number {
    for (;;) {
      const id = randomBytes(4).readUInt32BE(0);
      if (id !== 0 && !this.#byId.has(id)) return id;
    }
  }
}

/** KEKs first: a key that was sealed anew may stand before the KEK that seals it. */
const openable = (rows: readonly KeyringRow[]): readonly KeyringRow[] => [
  ...rows.filter(({ parent }) => parent === 0),
  ...rows.filter(({ parent }) => parent !== 0),
];

/** What the store keeps to recognize its root key: a MAC that tells nothing about it. */
export const rootCheck = (rootKey: KeyObject, storeId: Buffer): Buffer => {
  const key = deriveSecretKey(rootKey, formatKdfInput('bulwark/root-check', storeId, keyBytes));
  return createHmac('sha256', key).update('bulwark').digest();
};

/** @throws {WrongRootKey} */
export const requireRootKey = (rootKey: KeyObject, storeId: Buffer, stored: Uint8Array): void => {
  const expected = rootCheck(rootKey, storeId);
  if (stored.length !== expected.length || !timingSafeEqual(stored, expected)) throw new WrongRootKey();
};
