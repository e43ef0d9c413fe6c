/** Something that whoever runs the command can mend; the message says it in one sentence and never holds a secret. */
export class ClientError extends Error {}

/** A service's error answer. */
export class ServiceError extends ClientError {
  /** `ResourceNotFoundException` */
  readonly code: string;
  readonly status: number;
  /** The service's own sentence. */
  readonly sentence: string;

  constructor(operation: string, status: number, code: string, sentence: string) {
    super(`${operation}: ${code}${sentence ? `: ${sentence}` : ''}`);
    this.code = code;
    this.status = status;
    this.sentence = sentence;
  }

  /** Whether the same request may succeed later: too many requests, or a failure that is the service's. */
  get isTransient(): boolean {
    return this.status >= 500 || this.isThrottling;
  }

  /** Whether the service has refused only for the number of requests. */
  get isThrottling(): boolean {
    return this.status === 429 || /throttl|TooManyUpdates|TooManyRequests|RequestLimitExceeded/i.test(this.code);
  }
}

/** Nobody answered, or not to the end. */
export class Unreachable extends ClientError {
  /** No answer came in time, although there was somebody. */
  readonly timedOut: boolean;

  constructor(origin: string, reason: string, options: { readonly timedOut: boolean; readonly cause?: unknown }) {
    super(`${origin} cannot be reached: ${reason}`, { cause: options.cause });
    this.timedOut = options.timedOut;
  }
}
