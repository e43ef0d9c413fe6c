/** The root key cannot be had; the message tells the operator why and what to do. */
export class SealError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What was given does not open the seal: a wrong passphrase, share, key file, variable, token or KMS key. */
export class WrongSecret extends SealError {}

/** `seal.json` is not as it was written. */
export class AlteredSeal extends SealError {}
