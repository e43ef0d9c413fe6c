import type { Transaction } from '../store/store.ts';
import type { Origin } from './call.ts';
import type { Caller } from './caller.ts';
import type { Fault } from './fault.ts';

/** One request for one operation, as the wire claimed it; the pipeline pulls what it needs, in its own order. */
export interface Invocation extends Progress {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
  readonly origin: Origin;
  /** The services that it comes through, where a service calls on behalf of a principal and of no request; see {@link Call}. */
  readonly via?: readonly string[];
  /** Proves who asks. @throws {Fault} the authentication error */
  authenticate(tx: Transaction, now: Date): Caller;
  /** Decodes the input; called at most once. @throws {Fault} Serialization */
  decode(): object;
}

/** Who wants to know how far a call came. */
export interface Progress {
  /** Told as each stage begins, again when the call is run again; must not throw. */
  reached?(stage: Stage): void;
}

/** The stages that take time, in their order. */
export type Stage = 'authenticate' | 'decode' | 'authorize' | 'handle' | 'commit';

/** How a call ended. Durable before anybody sees it. */
export type Outcome = { readonly output: unknown; readonly fault?: undefined } | { readonly fault: Fault };
