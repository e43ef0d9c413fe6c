/**
 * An error that AWS itself would answer: a code, the public sentence and, where the model has them, further members.
 *
 * Anything else that is thrown is a bug of ours and reaches the caller as a 500 without its message.
 */
export class Fault extends Error {
  /** The error's shape name or wire code, e.g. `NotFoundException`; the protocol's encoder takes status and query code from the model. */
  readonly code: string;
  /** Modelled members beside the message, e.g. `{ reason: 'INVALID_PATTERN' }`. */
  readonly members: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.members = options.members;
  }
}

/** What a fault may carry beside its sentence. `cause` goes to the log, never to the wire. */
export interface FaultOptions {
  readonly cause?: unknown;
  readonly members?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the error that AWS answers in this case.
 *
 * @param code shape name or wire code, as the service's model spells it
 * @param message AWS's exact sentence; empty for the few errors that have none
 */
export const fault = (code: string, message = '', options?: FaultOptions): Fault => new Fault(code, message, options);
