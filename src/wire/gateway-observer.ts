import type { Origin } from '../kernel/call.ts';
import type { Caller } from '../kernel/caller.ts';
import type { Stage } from '../kernel/invocation.ts';
import type { HttpRequest } from './http-message.ts';

/** Whoever measures requests. It is called on the way of every request, so it is quick, never waits and never throws. */
export interface GatewayObserver {
  /** A claimed request begins. @returns what records its stages, for the few requests that are traced */
  trace?(request: HttpRequest): StageTrace | undefined;
  /** A claimed request is about to be answered. @param code of its fault; undefined: it succeeded */
  finished(request: ObservedRequest, code: string | undefined): void;
  /** A request was refused that named no operation of this server. */
  unclaimed(request: UnclaimedRequest, code: string): void;
}

/** What is known of a request that named no operation. */
export type UnclaimedRequest = Pick<ObservedRequest, 'service' | 'requestId' | 'origin'>;

/** What an observer learns of a request: nothing of its body, and nothing that is secret. */
export interface ObservedRequest {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
  readonly origin: Origin;
  /** Milliseconds of `performance.now()`, when the whole request had been read. */
  readonly startedAt: number;
  /** Who was proved to ask; undefined where authentication failed. */
  readonly caller: Caller | undefined;
  readonly trace: StageTrace | undefined;
}

/** Records when the stages of one request begin. */
export interface StageTrace {
  reached(stage: Stage): void;
}
