import { createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyUsageType } from '@aws-sdk/client-kms';
import { randomBytes } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { Conditions, Resource } from '../../kernel/operation.ts';
import type { CompiledPolicy, GrantMatch } from '../../policy/policy.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { Aliases } from './aliases.ts';
import type { Ciphertext } from './ciphertext.ts';
import { aboutTheCall } from './conditions.ts';
import { type EncryptionContext, encodeEncryptionContext } from './encryption-context.ts';
import type { Grants } from './grants.ts';
import { algorithmsOf } from './key-algorithms.ts';
import { keyArn } from './key-arn.ts';
import { openMaterial } from './key-material.ts';
import { compileKeyPolicy } from './key-policy.ts';
import type { KeyRecord } from './key-record.ts';
import { keySpecs, usageOf } from './key-specs.ts';
import { requireState } from './key-states.ts';
import type {
  KeyPairOperations,
  MacOperations,
  MaterialOperations,
  SymmetricOperations,
} from './material-operations.ts';
import { multiRegionKeyType } from './multi-region.ts';

/** What every key stands on. */
export interface KeyParts {
  readonly keyWrap: KeyWrap;
  readonly aliases: Aliases;
  readonly grants: Grants;
}

/** One KMS key at one revision: its policy is compiled and its material unwrapped at most once. */
export class KmsKey implements Resource {
  readonly type = 'AWS::KMS::Key';
  readonly policyRequired = true;
  readonly record: KeyRecord;
  readonly arn: string;
  readonly #parts: KeyParts;
  readonly #outside: SymmetricOperations | undefined;
  readonly #materials = new Map<string, MaterialOperations>();
  #policy: CompiledPolicy | undefined;
  #publicKey: KeyObject | undefined;

  /** @param outside what reaches the material of a key in a custom key store */
  constructor(record: KeyRecord, parts: KeyParts, outside?: SymmetricOperations) {
    this.record = record;
    this.arn = keyArn(record);
    this.#parts = parts;
    this.#outside = outside;
  }

  get account(): string {
    return this.record.account;
  }

  get awsManaged(): boolean {
    return this.record.manager === 'AWS';
  }

  get tags(): Readonly<Record<string, string>> {
    return this.record.tags;
  }

  get policy(): CompiledPolicy {
    this.#policy ??= compileKeyPolicy(this.record.policy);
    return this.#policy;
  }

  /** @see KMS developer guide: "AWS KMS condition keys" */
  conditions(call: Call): Conditions {
    const { keySpec, keyUsage, origin, multiRegion } = this.record;
    const aliases = this.#parts.aliases.ofKey(call.tx, this.record);
    return {
      ...aboutTheCall(call),
      'kms:CustomerMasterKeySpec': keySpec,
      'kms:CustomerMasterKeyUsage': keyUsage,
      'kms:KeyOrigin': origin,
      'kms:KeySpec': keySpec,
      'kms:KeyUsage': keyUsage,
      'kms:MultiRegion': String(multiRegion !== false),
      'kms:MultiRegionKeyType': multiRegionKeyType(this.record),
      'kms:ResourceAliases': aliases.length > 0 ? aliases.map(({ name }) => name) : undefined,
    };
  }

  grants(action: string, input: object, call: Call): GrantMatch {
    return this.#parts.grants.allow(action, this.record, input, call);
  }

  /** @throws {Fault} the key's state does not let the operation proceed */
  requireState(operation: string): void {
    requireState(operation, this.record.state, this.arn);
  }

  /** @throws {Fault} state, usage or spec of the key do not fit the cryptographic operation */
  requireUsable(operation: string, algorithm: string): void {
    this.requireState(operation);
    this.#requireUsage(operation, usageOf[operation]);
    const { keySpec, keyUsage } = this.record;
    if (!algorithmsOf(keySpec, keyUsage).includes(algorithm)) {
      throw fault('InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`);
    }
  }

  #requireUsage(operation: string, usage: KeyUsageType | undefined): void {
    if (this.record.keyUsage === usage) return;
    throw fault(
      'InvalidKeyUsageException',
      `${this.arn} key usage is ${this.record.keyUsage} which is not valid for ${operation}.`,
    );
  }

  /** Id of the key material that encrypts now, 64 hexadecimal digits; for keys that have any. */
  get currentKeyMaterialId(): string {
    return this.record.materials.at(-1)!.id;
  }

  /** @returns a ciphertext that names key and key material, bound to the encryption context */
  encrypt(plaintext: Uint8Array, context: EncryptionContext | undefined): Eventually<Buffer> {
    const material = this.#material(this.currentKeyMaterialId) as SymmetricOperations;
    return material.encrypt(plaintext, encodeEncryptionContext(context));
  }

  /**
   * Decrypts with the key material that the ciphertext names.
   *
   * @throws {Fault} InvalidCiphertextException: altered bytes or another encryption context
   */
  decrypt(ciphertext: Ciphertext, context: EncryptionContext | undefined): Eventually<Buffer> {
    const encodedContext = encodeEncryptionContext(context);
    const material = this.#material(ciphertext.keyMaterialId) as SymmetricOperations | undefined;
    return eventually(material?.decrypt(ciphertext, encodedContext), (plaintext) => {
      if (!plaintext) throw fault('InvalidCiphertextException');
      return plaintext;
    });
  }

  /** Random bytes for a data key, of where the key's material is. */
  random(bytes: number): Eventually<Buffer> {
    return this.#outside?.random?.(bytes) ?? randomBytes(bytes);
  }

  /** What can be done with the private key of an asymmetric key. */
  get pair(): KeyPairOperations {
    return this.#material(this.currentKeyMaterialId) as KeyPairOperations;
  }

  /** What can be done with an HMAC key. */
  get macs(): MacOperations {
    return this.#material(this.currentKeyMaterialId) as MacOperations;
  }

  /** The public key of an asymmetric key; undefined for all others. */
  get publicKey(): KeyObject | undefined {
    const encoded = this.record.materials.at(-1)?.publicKey;
    if (encoded === undefined) return undefined;
    this.#publicKey ??= createPublicKey({ key: Buffer.from(encoded, 'base64'), format: 'der', type: 'spki' });
    return this.#publicKey;
  }

  #material(id: string): MaterialOperations | undefined {
    let material = this.#materials.get(id);
    if (material) return material;
    const stored = this.record.materials.find((candidate) => candidate.id === id);
    if (stored && this.#outside) return this.#outside;
    if (stored?.wrapped === undefined) return undefined;
    material = openMaterial(keySpecs[this.record.keySpec]!.material, stored, this.record, this.#parts.keyWrap);
    this.#materials.set(id, material);
    return material;
  }
}
