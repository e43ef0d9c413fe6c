import type { KeyObject } from 'node:crypto';

/** What a method keeps in `seal.json`; not secret. docs/formats/seal.md */
export type SealParameters = Readonly<Record<string, string | number | readonly string[]>>;

/** Which seal: a method binds what it makes to the id. */
export interface SealIdentity {
  /** 16 hex digits. */
  readonly id: string;
  readonly parameters: SealParameters;
}

/**
 * Where things are and the secrets that open them, from the configuration: never from `seal.json`, which is read before
 * it can be trusted.
 */
export interface SealSettings {
  /** File with the seal key. */
  readonly keyFile?: string;
  /** The seal key itself, 32 bytes in base64. */
  readonly key?: string;
  /** How many shares a new seal has, and how many of them open it. */
  readonly shares: { readonly threshold: number; readonly total: number };
  /** A token and the key on it. */
  readonly token?: TokenSettings;
  readonly kms?: KmsSettings;
}

/** A PKCS#11 token, as a PKCS#11 URI names it (RFC 7512), and the PIN of its user. */
export interface TokenSettings {
  /** Path of the PKCS#11 library. */
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  /** Label of the AES-256 key on it. */
  readonly object: string;
  readonly pin: string;
}

/** A KMS key and how to reach it. */
export interface KmsSettings {
  /** ARN of the key; its Region is the one to sign for. */
  readonly keyArn: string;
  /** Absent: AWS's own in the key's Region. */
  readonly endpoint?: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A seal key fresh from a method. */
export interface NewSealKey {
  /** 256 bits. */
  readonly key: KeyObject;
  readonly parameters: SealParameters;
  /** Lines for the operator: what to keep, and where. Shares stand here and nowhere else. */
  readonly keep: readonly string[];
}

/** One way of keeping a seal key. */
export interface SealMethod {
  /** What a person has to give; undefined: it opens by itself. */
  readonly asks?: 'passphrase' | 'share';
  /** How many of these it takes. */
  needed?(parameters: SealParameters): number;
  /**
   * Checks one of several things that people give, in the form in which two equal ones are equal.
   *
   * @throws {WrongSecret} it does not belong to this seal
   */
  accept?(seal: SealIdentity, given: string): string;
  /**
   * Makes a seal key, and keeps it.
   *
   * @param given the passphrase, where the method asks for one
   * @throws {SealError} settings are missing, or the place refuses
   */
  create(id: string, settings: SealSettings, given: string): Promise<NewSealKey>;
  /**
   * Gets the seal key back.
   *
   * @param given what a person gave, as many as are needed
   * @throws {SealError} it cannot be had; {@link WrongSecret} where what opens it is wrong
   */
  recover(seal: SealIdentity, settings: SealSettings, given: readonly string[]): Promise<KeyObject>;
}
