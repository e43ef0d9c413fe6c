/** Errors that a proxy answers with, by name. @see XKS proxy API: "Error codes" */
const answered = [
  'ValidationException',
  'InvalidStateException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'AuthenticationFailedException',
  'AccessDeniedException',
  'KeyNotFoundException',
  'InvalidUriPathException',
  'ThrottlingException',
  'UnsupportedOperationException',
  'DependencyTimeoutException',
  'InternalException',
] as const;

/** What a proxy answered, or how it failed to. */
export type XksProblem =
  | (typeof answered)[number]
  /** No connection, no TLS, no answer in time, or one that makes no sense. */
  | 'unreachable'
  | 'untrusted'
  | 'late'
  | 'malformed';

/** A proxy did not do what it was asked for. The message is for the log. */
export class XksError extends Error {
  readonly problem: XksProblem;

  constructor(problem: XksProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'XksError';
    this.problem = problem;
  }
}

/** The problem that an `errorName` names; `malformed`, where it names none. */
export const problemNamed = (name: unknown): XksProblem => answered.find((known) => known === name) ?? 'malformed';
