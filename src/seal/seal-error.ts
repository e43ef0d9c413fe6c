/** The root key cannot be had; the message tells the operator why and what to do. */
export class SealError extends Error {
  /** What a KMS answered, `NotFoundException`; absent: it was not asked, or did not answer. */
  readonly code: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly code?: string }) {
    super(message, options);
    this.code = options?.code;
    this.name = new.target.name;
  }
}

/** What was given does not open the seal: a wrong passphrase, share, key file, variable, token or KMS key. */
export class WrongSecret extends SealError {}

/** `seal.json` is not as it was written. */
export class AlteredSeal extends SealError {}
