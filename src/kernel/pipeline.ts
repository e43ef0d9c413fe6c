import { apart, Draws } from '../crypto/draws.ts';
import { randomUuid } from '../crypto/random.ts';
import type { Decision } from '../policy/decision.ts';
import {
  maxRacesLost,
  NotLoaded,
  RevisionConflict,
  type Store,
  StoreOverloaded,
  StoreUnavailable,
  type Transaction,
} from '../store/store.ts';
import { type Attempt, changedNothing } from './attempt.ts';
import { recordsOf } from './audit.ts';
import { authorize } from './authorize.ts';
import type { Call } from './call.ts';
import type { Caller, Identities } from './caller.ts';
import type { Clock } from './clock.ts';
import { type Eventually, eventually } from './eventually.ts';
import { Fault, fault } from './fault.ts';
import type { Invocation, Outcome, Progress } from './invocation.ts';
import { forward } from './invoke.ts';
import type { Access, Resource, Service } from './operation.ts';
import { noOrganizations, type Organizations } from './organizations.ts';
import type { Quota } from './quota.ts';
import { Registered, rateExceeded } from './registered.ts';
import { remembered } from './remembered.ts';
import type { RequestThrottle } from './throttle.ts';
import { newTrace, type Trace, tellOutput } from './trace.ts';
import { validate } from './validate.ts';

/**
 * Awaited between stages: lets the other requests of the round (wire/rounds.ts) come as far, so that each stage is run for
 * all of them while its code is in the processor's caches.
 */
const together = Promise.resolve();

/** What the pipeline stands on. */
export interface PipelineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly identities: Identities;
  readonly services: readonly Service[];
  /** Absent: no account is in an organization. */
  readonly organizations?: Organizations;
  /** Receives what must never reach a caller: bugs, refusals of the disk. */
  readonly report: (error: unknown, requestId: string) => void;
  /** Told of every authorization decision; must not throw. */
  readonly decided?: (decision: Decision) => void;
  /** Counts requests against quotas; absent: nobody is throttled. */
  readonly throttle?: RequestThrottle | undefined;
}

/** A call that has to wait for this many reads of a database one after the other would not end. */
const maxLoads = 1000;

/**
 * The one path of every operation: authenticate, throttle, decode, validate, access, authorize, absent?, handle, journal.
 *
 * INVARIANT: an outcome is returned only after its journal record is durable, together with the call's writes. A call whose
 * record cannot be written fails, whatever it did, and none of its writes are kept. The one exception is a request that
 * never proved who sent it: it has no caller to be journalled under, and it has read and changed nothing.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #services = new Map<string, ReadonlyMap<string, Registered>>();

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    for (const service of parts.services) {
      const operations = service.operations.map((each) => [each.name, new Registered(service, each)] as const);
      this.#services.set(service.name, new Map(operations));
    }
  }

  /** Runs one call to its end. Never rejects. */
  run(invocation: Invocation): Promise<Outcome> {
    const registered = this.#services.get(invocation.service)?.get(invocation.operation);
    if (!registered) return Promise.resolve({ fault: fault('UnknownOperation') });
    const decode = remembered(() => {
      const input = invocation.decode();
      validate(registered.model, input);
      return input;
    });
    const charged: Quota[][] = [];
    const attempt = (pause?: Promise<void>) => this.#attempt(registered, invocation, decode, charged, pause);
    // A job, or the handler of another call, may ask: its run may be repeated after this call is durable.
    return apart(() => attempt(together)).catch((error) => this.#rerun(attempt, error, invocation));
  }

  /** Runs a call again that lost a race or read what has to be loaded, until it ends. @param error what it ended with before */
  async #rerun(
    attempt: (pause?: Promise<void>) => Promise<Outcome>,
    error: unknown,
    invocation: Invocation,
  ): Promise<Outcome> {
    const draws = new Draws();
    let ended = error;
    for (let conflicts = 0, loads = 0; ; ) {
      if (ended instanceof RevisionConflict) conflicts++;
      else if (ended instanceof NotLoaded) {
        loads++;
        await ended.loaded;
      } else return this.#failed(ended, invocation);
      if (conflicts === maxRacesLost || loads === maxLoads) return { fault: rateExceeded() };
      try {
        // INVARIANT: a rerun waits for nobody, so of calls that race each other each one loses at most once.
        return await draws.repeat(() => attempt(conflicts === 0 ? together : undefined));
      } catch (again) {
        ended = again;
      }
    }
  }

  /**
   * Runs the stages in one transaction and makes the result durable.
   *
   * @param pause see {@link together}
   * @throws what `run` reruns for, or cannot journal
   */
  async #attempt(
    registered: Registered,
    invocation: Invocation,
    decode: () => object,
    charged: Quota[][],
    pause: Promise<void> | undefined,
  ): Promise<Outcome> {
    const { operation } = registered;
    const { store, clock, identities, organizations = noOrganizations } = this.#parts;
    const now = clock.now();
    const tx = store.begin();
    invocation.reached?.('authenticate');
    const caller = authenticated(invocation, tx, now);
    if (caller instanceof Fault) return { fault: caller };
    if (pause) await pause;
    identities.noteUse(caller, now, invocation.region, invocation.service);

    const attempt: Attempt = { charged, calls: 0, ended: [] };
    const call: Call = {
      requestId: invocation.requestId,
      eventId: randomUuid(),
      service: invocation.service,
      operation: operation.name,
      caller,
      account: caller.account,
      region: invocation.region,
      now,
      tx,
      origin: invocation.origin,
      via: invocation.via,
      organizations,
      invoke: (...target) => this.#invoke(call, registered, attempt, ...target),
    };
    const trace = newTrace(registered);
    try {
      const deciding = this.#decide(registered, call, trace, attempt, decode, invocation);
      const decided = deciding instanceof Promise ? await deciding : deciding;
      if (pause) await pause;
      invocation.reached?.('handle');
      const handled = operation.handle(trace.input, trace.granted, decided);
      const output = handled instanceof Promise ? await handled : handled;
      // What writes goes on to its commit: others would do in vain what they do meanwhile.
      if (pause && !tx.dirty) await pause;
      tellOutput(trace, operation, output, call);
      for (const { texts } of attempt.ended) append(tx, texts);
      append(tx, recordsOf(call, trace, { output }));
      invocation.reached?.('commit');
      await store.commit(tx);
      for (const { committed } of attempt.ended) committed?.();
      operation.committed?.(trace.granted, call);
      return { output };
    } catch (error) {
      if (isOfTheStore(error)) throw error;
      return this.#journalFault(this.#asFault(error, call), call, trace, attempt);
    }
  }

  /**
   * The stages of every call up to its handler, those that services make included: throttle, decode, validate, access,
   * authorize, absent?
   *
   * @returns the call as the handler gets it
   */
  #decide(
    registered: Registered,
    call: Call,
    trace: Trace,
    attempt: Attempt,
    decode: () => object,
    progress?: Progress,
  ): Eventually<Call> {
    const { operation, quota } = registered;
    attempt.charged[attempt.calls] ??= [];
    const charged = attempt.charged[attempt.calls++]!;
    if (typeof quota === 'object' && charged.length === 0) this.#charge(quota, registered, call, charged);
    progress?.reached?.('decode');
    trace.input = decode();
    if (operation.identify) return this.#identify(registered, call, trace, charged, progress);
    return this.#authorize(registered, call, trace, charged, progress);
  }

  /** Has the input itself prove who asks, and goes on as that caller. */
  async #identify(
    registered: Registered,
    call: Call,
    trace: Trace,
    charged: Quota[],
    progress?: Progress,
  ): Promise<Call> {
    const { operation } = registered;
    trace.accesses = accessesOf(operation.access(trace.input, call));
    trace.caller = await operation.identify!(trace.input, trace.accesses[0]!.resource, call);
    return this.#authorize(registered, { ...call, caller: trace.caller }, trace, charged, progress);
  }

  /** The stages of a call whose caller is known: access, authorize, absent? */
  #authorize(registered: Registered, call: Call, trace: Trace, charged: Quota[], progress?: Progress): Call {
    const { operation, quota } = registered;
    const { identities, decided } = this.#parts;
    const asked = operation.access(trace.input, call);
    trace.accesses = accessesOf(asked);
    progress?.reached?.('authorize');
    for (const access of trace.accesses) authorize(access, call, trace.input!, identities, trace.decisions, decided);
    for (const access of trace.accesses) if (access.resource.absent) throw access.resource.absent;
    trace.granted = Array.isArray(asked) ? asked.map(resourceOf) : resourceOf(asked as Access);
    if (typeof quota === 'function' && this.#parts.throttle) {
      const resources = trace.accesses.map(resourceOf);
      const quotas = quota(trace.input, resources, call);
      // INVARIANT: the same in the same order, however often the request is run: what was charged comes first.
      for (let at = charged.length; at < quotas.length; at++) this.#charge(quotas[at]!, registered, call, charged);
    }
    return call;
  }

  /** Runs a call that a service makes on behalf of its caller; see `Invoke`. */
  #invoke(
    outer: Call,
    from: Registered,
    attempt: Attempt,
    name: string,
    input: object,
    region = outer.region,
    // biome-ignore lint/suspicious/noExplicitAny: the output of any operation; `Invoke` tells which
  ): any {
    const [service = '', operationName = ''] = name.split('.');
    const registered = this.#services.get(service)?.get(operationName);
    if (!registered) throw new Error(`${name} is invoked and not there`);
    const { operation, model } = registered;
    const call: Call = forward(outer, `${from.model.service.endpointPrefix}.amazonaws.com`, {
      service,
      operation: operation.name,
      region,
      invoke: (...target) => this.#invoke(call, registered, attempt, ...target),
    });
    const trace = newTrace(registered);
    const first = attempt.ended.length;
    const takeBack = outer.tx.savepoint();
    const succeeded = (output: unknown): unknown => {
      tellOutput(trace, operation, output, call);
      const committed = () => operation.committed?.(trace.granted, call);
      attempt.ended.push({ texts: recordsOf(call, trace, { output }), changes: !model.readOnly, committed });
      return output;
    };
    const failed = (error: unknown): never => {
      if (isOfTheStore(error)) throw error;
      const raised = this.#asFault(error, call);
      takeBack();
      attempt.ended.push(...attempt.ended.splice(first).filter(changedNothing));
      attempt.ended.push({ texts: recordsOf(call, trace, { fault: raised }), changes: false });
      throw raised;
    };
    try {
      const decode = (): object => {
        validate(model, input);
        return input;
      };
      const deciding = this.#decide(registered, call, trace, attempt, decode);
      const handled = eventually(deciding, (decided) => operation.handle(trace.input, trace.granted, decided));
      return handled instanceof Promise ? handled.then(succeeded, failed) : succeeded(handled);
    } catch (error) {
      return failed(error);
    }
  }

  /** @param charged what this request counted against already: it does so once, however often it is run */
  #charge(quota: Quota, { throttled }: Registered, call: Call, charged: Quota[]): void {
    const { throttle } = this.#parts;
    if (!throttle) return;
    if (!throttle.take(quota, call)) throw throttled();
    charged.push(quota);
  }

  /**
   * Journals a call that failed: in a transaction of its own, so that nothing it wrote is kept. What it read counts: the
   * call is run again where it failed over something that has changed since. Of the calls that it made, those are
   * journalled that failed or only read: what the others did is undone.
   */
  async #journalFault(raised: Fault, call: Call, trace: Trace, attempt: Attempt): Promise<Outcome> {
    const tx = this.#parts.store.begin(call.tx);
    const ended = attempt.ended.filter(changedNothing);
    for (const { texts } of ended) append(tx, texts);
    append(tx, recordsOf(call, trace, { fault: raised }));
    await this.#parts.store.commit(tx);
    for (const { committed } of ended) committed?.();
    return { fault: raised };
  }

  #asFault(error: unknown, call: Call): Fault {
    if (error instanceof Fault) return error;
    this.#parts.report(error, call.requestId);
    return fault('InternalFailure');
  }

  /** The end of a call that could not be journalled. */
  #failed(error: unknown, invocation: Invocation): Outcome {
    if (error instanceof StoreOverloaded) return { fault: rateExceeded() };
    this.#parts.report(error, invocation.requestId);
    return { fault: fault(error instanceof StoreUnavailable ? 'ServiceUnavailable' : 'InternalFailure') };
  }
}

/** What ends an attempt and is no error of the call. */
const isOfTheStore = (error: unknown): boolean =>
  error instanceof NotLoaded ||
  error instanceof RevisionConflict ||
  error instanceof StoreUnavailable ||
  error instanceof StoreOverloaded;

const append = (tx: Transaction, texts: readonly string[]): void => {
  for (const text of texts) tx.append(text);
};

const accessesOf = (asked: unknown): readonly Access[] => (Array.isArray(asked) ? asked : [asked as Access]);

const resourceOf = (access: Access): Resource => access.resource;

const authenticated = (invocation: Invocation, tx: Transaction, now: Date): Caller | Fault => {
  try {
    return invocation.authenticate(tx, now);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
};
