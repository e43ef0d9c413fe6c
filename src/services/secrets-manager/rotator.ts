import { setTimeout as sleep } from 'node:timers/promises';
import { type Lease, LeaseLost } from '../../events/lease.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { FunctionResult, Functions } from '../../kernel/functions.ts';
import type { SecretOwners } from '../../kernel/secret-owners.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { abandon, askedWindowMs, beginRotation, stepDone, stepFailed, taskOf, unfinished } from './rotation.ts';
import { queue, type RotationTask, rotationTasks, steps } from './rotation-task.ts';
import type { SecretPlace, SecretRecord } from './secret-record.ts';
import type { Secrets } from './secrets.ts';

/** What the rotator stands on. */
export interface RotatorParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly functions: Functions;
  /** Services that rotate secrets of their own. */
  readonly owners: SecretOwners;
  /** Where several processes share the store: only the one that holds it rotates. */
  readonly lease?: Lease;
  readonly report: (error: unknown, arn: string) => void;
}

/** How often rotations are looked for, in milliseconds. */
const pollMs = 1000;
/** Secrets that are rotated at the same time. */
const most = 16;
/** How long the test clock waits for rotations, in milliseconds. */
const settlingMs = 30_000;

/**
 * Runs the steps of rotations, one after the other, outside of transactions; how far it got is stored after each. A step
 * that was interrupted is run again, by this process or another one: the contract of rotation functions asks for that.
 */
export class Rotator {
  readonly #parts: RotatorParts;
  /** The rotations that this process runs, by ARN. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #recording = new Set<Promise<unknown>>();
  #poll: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: RotatorParts) {
    this.#parts = parts;
  }

  /** Begins to watch; goes on with what a stop or crash interrupted. */
  start(): void {
    this.#poll = setInterval(() => this.wake(), pollMs);
    this.#poll.unref();
    this.wake();
  }

  /** Looks for rotations now. */
  wake(): void {
    this.#startDue().catch((error: unknown) => this.#parts.report(error, ''));
  }

  /** Tries a rotation again that failed before and waits for its time. */
  reattempt(place: SecretPlace): void {
    const { secrets, clock } = this.#parts;
    this.#transact((tx) => {
      const record = secrets.find(tx, place);
      if (!record || taskOf(tx, record) || unfinished(record) === undefined) return;
      const now = clock.now();
      beginRotation(tx, secrets, record, { closesAt: now.getTime() + askedWindowMs }, now);
    }).then(
      () => this.wake(),
      (error: unknown) => this.#parts.report(error, place.name),
    );
  }

  /** Resolves when no rotation is under way, whichever process runs it. */
  async settled(): Promise<void> {
    const end = performance.now() + settlingMs;
    while (!this.#stopped && performance.now() < end) {
      await this.#startDue();
      const tasks = await this.#transact((tx) => rotationTasks.list(tx, [queue], { limit: 1 }).items.length);
      // What ended them may not be durable yet.
      if (tasks === 0) return void (await Promise.allSettled(this.#recording));
      await Promise.race([...this.#running.values(), sleep(50)]);
    }
  }

  /** Leaves rotations to other processes, or to the next start: what a step did that goes on is not noted any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#poll);
    await Promise.allSettled(this.#recording);
    await this.#parts.lease?.release().catch((error: unknown) => this.#parts.report(error, ''));
  }

  async #startDue(): Promise<void> {
    if (this.#stopped || (this.#parts.lease && !(await this.#parts.lease.keep()))) return;
    const { items } = await this.#transact((tx) => rotationTasks.list(tx, [queue], { limit: 1000 }));
    for (const task of items) {
      if (this.#running.size >= most || this.#stopped) return;
      if (this.#running.has(task.arn)) continue;
      const { arn } = task;
      const over = (): boolean => this.#running.delete(arn);
      const run = this.#run(task).then(
        () => {
          over();
          // One of the secret that began meanwhile, or one that found no place among so many.
          this.wake();
        },
        (error: unknown) => {
          over();
          if (!(error instanceof LeaseLost)) this.#parts.report(error, arn);
        },
      );
      this.#running.set(arn, run);
    }
  }

  async #run(first: RotationTask): Promise<void> {
    for (let task: RotationTask | undefined = first; task && !this.#stopped; ) {
      const under: RotationTask = task;
      const record = await this.#transact((tx) => this.#stillUnder(tx, under));
      if (!record) return;
      const result = await this.#takeStep(record, under);
      if (this.#stopped) return;
      task = await this.#transact((tx) => this.#note(tx, under, result));
    }
  }

  #takeStep({ rotation, owningService = '' }: SecretRecord, task: RotationTask): Promise<FunctionResult> {
    const { arn, token, rotationToken, step, account } = task;
    const event = { Step: steps[step]!, SecretId: arn, ClientRequestToken: token, RotationToken: rotationToken };
    const functionArn = rotation?.functionArn;
    if (functionArn === undefined) {
      const owner = this.#parts.owners.get(owningService);
      return owner?.takeStep(event) ?? Promise.resolve({ error: `${owningService} does not rotate secrets.` });
    }
    const payload = JSON.stringify(event);
    const invoker = { principal: 'secretsmanager.amazonaws.com', sourceArn: arn, sourceAccount: account };
    return this.#parts.functions.invoke(functionArn, payload, invoker);
  }

  #note(tx: Transaction, task: RotationTask, result: FunctionResult): RotationTask | undefined {
    const record = this.#stillUnder(tx, task);
    if (!record) return undefined;
    const { secrets, clock } = this.#parts;
    const now = clock.now();
    return result.error === undefined
      ? stepDone(tx, secrets, record, task, now)
      : stepFailed(tx, secrets, record, task, result.error, now);
  }

  /** The secret, if its rotation is still at this step; one that cannot go on is abandoned. */
  #stillUnder(tx: Transaction, task: RotationTask): SecretRecord | undefined {
    const { secrets, clock, lease } = this.#parts;
    lease?.require(tx);
    const stored = rotationTasks.find(tx, [queue, task.arn]);
    if (stored?.token !== task.token || stored.step !== task.step || stored.tries !== task.tries) return undefined;
    const record = secrets.findByArn(tx, task, task.arn);
    const isPending = record && Object.values(record.stages).includes(task.token);
    if (record?.rotation && isPending && record.deletesAt === undefined) return record;
    if (record) abandon(tx, record, task, clock.now());
    else rotationTasks.delete(tx, [queue, task.arn]);
    return undefined;
  }

  #transact<T>(work: (tx: Transaction) => T): Promise<T> {
    const recording = this.#parts.store.transact(work);
    this.#recording.add(recording);
    const done = (): boolean => this.#recording.delete(recording);
    recording.then(done, done);
    return recording;
  }
}
