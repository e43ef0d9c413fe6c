import type { Credentials } from '../../src/testing/sign.ts';

/** A real AWS client program: the same calls, made as its users make them. */
export interface Driver {
  readonly name: string;
  /** Why this machine cannot run it; absent: it can. */
  readonly missing?: string;
  /**
   * Calls one operation. Blobs are Buffers and times are Dates, in and out.
   *
   * @throws {Refusal} the server answered with an error
   */
  call(operation: string, input: object, target: Target): Promise<Output>;
  close(): void;
}

/** Which server, as whom, in which Region. */
export interface Target {
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** The members of an answer, in AWS's spelling. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every operation, which only the checks know the shape of
export type Output = Record<string, any>;

/** An error answer as the client shows it. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The client's name of the service that has an operation. */
export const serviceOf = (operation: string): 'kms' | 'iam' | 'sts' => {
  if (/CallerIdentity$|SessionToken$|^AssumeRo|FederationToken$|AccessKeyInfo$|IdentityToken$/.test(operation))
    return 'sts';
  return /User|Group|Role|AccessKey|Simulate|MFA|Account|(?<!Key)Polic(?:y|ies)/.test(operation) ? 'iam' : 'kms';
};
