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

/** Services that operations are called of. */
export type ServiceName =
  | 'kms'
  | 'cloudhsmv2'
  | 'lambda'
  | 'iam'
  | 'sts'
  | 'organizations'
  | 'ssm'
  | 'secretsmanager'
  | 'service-quotas'
  | 'pricing'
  | 'ce';

/** The client's name of the service, and the operation: `organizations:CreatePolicy`, or its name alone where that tells. */
export const parseOperation = (operation: string): { readonly service: ServiceName; readonly name: string } => {
  const [service, name] = operation.split(':');
  return name === undefined
    ? { service: serviceOf(operation), name: operation }
    : { service: service as ServiceName, name };
};

const serviceOf = (operation: string): ServiceName => {
  if (/CallerIdentity$|SessionToken$|^AssumeRo|FederationToken$|AccessKeyInfo$|IdentityToken$/.test(operation))
    return 'sts';
  return /User|Group|Role|AccessKey|Simulate|MFA|Account|(?<!Key)Polic(?:y|ies)/.test(operation) ? 'iam' : 'kms';
};
