import { hash, timingSafeEqual } from 'node:crypto';
import { randomUuid } from '../../crypto/random.ts';
import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { queue, type RotationTask, rotationTasks, steps } from './rotation-task.ts';
import { parseRules } from './schedule.ts';
import { secretArn } from './secret-ids.ts';
import { type RotationSettings, type SecretRecord, secretPlaceIn } from './secret-record.ts';
import type { Secrets } from './secrets.ts';
import { tell } from './service-events.ts';
import { current, pending, withLabels } from './staging.ts';
import { withVersion } from './versions.ts';

const kind = 'secretsmanager.rotate';
const retryKind = 'secretsmanager.retry-rotation';
const minuteMs = 60_000;

/** A rotation that failed is tried again after these times, as long as its window is open. */
const retryAfterMs = [1, 5, 15, 30].map((minutes) => minutes * minuteMs);

/** How long a rotation that somebody asked for is tried again. */
export const askedWindowMs = 60 * minuteMs;

const timerOf = (record: SecretRecord, dueAt: number): Timer => {
  const { account, region, name } = record;
  const arn = secretArn(record);
  return { kind, id: arn, dueAt, payload: { account, region, name, arn } };
};

/** The version that a rotation has made and not finished, if any. */
export const unfinished = ({ stages }: SecretRecord): string | undefined =>
  stages[pending] === stages[current] ? undefined : stages[pending];

/** The rotation of a secret that is under way, if any. */
export const taskOf = (tx: Transaction, record: SecretRecord): RotationTask | undefined =>
  rotationTasks.find(tx, [queue, secretArn(record)]);

/**
 * Asserts that a value comes from the function that rotates the secret: where it shows a rotation token, and where it is of
 * another account and stores the version that is to be made.
 *
 * @param version id of the version that is stored
 * @throws {Fault} InvalidParameterException
 * @see Secrets Manager API: RotationToken of PutSecretValue
 */
export const requireRotating = (
  tx: Transaction,
  record: SecretRecord,
  version: string,
  rotationToken: string | undefined,
): void => {
  const task = taskOf(tx, record);
  if (rotationToken === undefined) {
    const [, , , , functionAccount] = record.rotation?.functionArn?.split(':') ?? [];
    if (task?.token !== version || functionAccount === undefined || functionAccount === record.account) return;
    throw fault('InvalidParameterException', 'You must provide the RotationToken of the rotation.');
  }
  if (task?.token === version && isSameToken(task.rotationToken, rotationToken)) return;
  throw fault('InvalidParameterException', 'The RotationToken is not that of a rotation of this version.');
};

const isSameToken = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

/** The record with its next rotation as its rules have it, and the timer for it. @param last milliseconds since the epoch */
export const withNextRotation = (tx: Transaction, record: SecretRecord, last: number): SecretRecord => {
  const { rotation } = record;
  if (!rotation) return record;
  const { next: before, ...settings } = rotation;
  if (before) cancel(tx, timerOf(record, before.opensAt));
  if (!settings.enabled || !settings.rules) return { ...record, rotation: settings };
  const next = parseRules(settings.rules).next(last);
  schedule(tx, timerOf(record, next.opensAt));
  return { ...record, rotation: { ...settings, next } };
};

/**
 * The record after somebody stored a current value: where the days between rotations are counted, they begin anew.
 *
 * @see Secrets Manager API: AutomaticallyAfterDays of RotationRulesType
 */
export const countedAsRotation = (tx: Transaction, record: SecretRecord, now: Date): SecretRecord =>
  record.rotation?.rules?.AutomaticallyAfterDays === undefined ? record : withNextRotation(tx, record, now.getTime());

/** How a rotation begins. */
export interface Beginning {
  readonly closesAt: number;
  /** The version to make; absent: the one that was not finished before, else a new one. */
  readonly token?: string;
  readonly isTest?: boolean;
  readonly tries?: number;
}

/**
 * Begins a rotation, or goes on with one that failed: a version without a value under AWSPENDING, and a task for the
 * {@link Rotator}.
 */
export const beginRotation = (
  tx: Transaction,
  secrets: Secrets,
  before: SecretRecord,
  { closesAt, token: given, isTest = false, tries = 0 }: Beginning,
  now: Date,
): SecretRecord => {
  const token = given ?? unfinished(before) ?? randomUuid();
  const labelled = { ...before, stages: withLabels(before.stages, token, [pending]) };
  const { kmsKeyId, account, region, name } = before;
  const facts = { createdAt: now.getTime(), ...(kmsKeyId !== undefined && { kmsKeyId }) };
  const record = Object.hasOwn(before.versions, token) ? labelled : withVersion(tx, secrets, labelled, token, facts);
  secrets.put(tx, record);
  const arn = secretArn(record);
  const step = isTest ? steps.indexOf('testSecret') : 0;
  const rotationToken = randomUuid();
  rotationTasks.put(tx, [queue, arn], {
    ...{ account, region, name, arn, token, rotationToken },
    ...{ step, isTest, tries, closesAt },
  });
  tell(tx, isTest ? 'TestRotationStarted' : 'RotationStarted', record, now, { ClientRequestToken: token });
  return record;
};

/** Ends a rotation that goes on no longer because somebody did something else to the secret. */
export const abandon = (tx: Transaction, record: SecretRecord, task: RotationTask, now: Date): void => {
  rotationTasks.delete(tx, [queue, task.arn]);
  tell(tx, 'RotationAbandoned', record, now, { ClientRequestToken: task.token });
};

/** Turns rotation off; what is under way is abandoned, its version stays under AWSPENDING. */
export const cancelRotation = (tx: Transaction, record: SecretRecord, now: Date): SecretRecord => {
  const { rotation } = record;
  if (!rotation) return record;
  const task = taskOf(tx, record);
  if (task) abandon(tx, record, task, now);
  const { rules: _rules, ...settings } = rotation;
  return withNextRotation(tx, { ...record, rotation: { ...settings, enabled: false } }, now.getTime());
};

/** Notes that a step was done. @returns what comes next; undefined: the rotation is over */
export const stepDone = (
  tx: Transaction,
  secrets: Secrets,
  record: SecretRecord,
  task: RotationTask,
  now: Date,
): RotationTask | undefined => {
  if (task.isTest) return testOver(tx, secrets, record, task, true, now);
  if (task.step < steps.length - 1) {
    const next = { ...task, step: task.step + 1 };
    rotationTasks.put(tx, [queue, task.arn], next);
    return next;
  }
  if (record.stages[current] !== task.token) {
    return stepFailed(tx, secrets, record, task, 'finishSecret did not move AWSCURRENT to the new version.', now);
  }
  rotationTasks.delete(tx, [queue, task.arn]);
  const rotation: RotationSettings = { ...record.rotation!, lastRotatedAt: now.getTime() };
  secrets.put(tx, withNextRotation(tx, { ...record, rotation, changedAt: now.getTime() }, now.getTime()));
  tell(tx, 'RotationSucceeded', record, now, { ClientRequestToken: task.token });
  return undefined;
};

/** Ends a rotation of which the new version is current already, though its function has not answered yet. @returns the secret then */
export const concluded = (tx: Transaction, secrets: Secrets, record: SecretRecord, now: Date): SecretRecord => {
  const task = taskOf(tx, record);
  const isDone = task && !task.isTest && task.step === steps.length - 1 && record.stages[current] === task.token;
  if (!isDone) return record;
  stepDone(tx, secrets, record, task, now);
  return secrets.find(tx, record) ?? record;
};

/** Notes that a step failed: the rotation is tried again from its first step, a few times in its window. */
export const stepFailed = (
  tx: Transaction,
  secrets: Secrets,
  record: SecretRecord,
  task: RotationTask,
  reason: string,
  now: Date,
): undefined => {
  if (task.isTest) return testOver(tx, secrets, record, task, false, now);
  rotationTasks.delete(tx, [queue, task.arn]);
  const { arn, token, account, region, name, tries, closesAt } = task;
  tell(tx, 'RotationFailed', record, now, { ClientRequestToken: token, Step: steps[task.step]!, Reason: reason });
  const after = retryAfterMs[tries];
  const dueAt = now.getTime() + (after ?? 0);
  if (after === undefined || dueAt > closesAt) return undefined;
  const payload = { account, region, name, arn, token, tries: String(tries + 1), closesAt: String(closesAt) };
  schedule(tx, { kind: retryKind, id: arn, dueAt, payload });
  return undefined;
};

/** A test leaves nothing behind. */
const testOver = (
  tx: Transaction,
  secrets: Secrets,
  record: SecretRecord,
  task: RotationTask,
  succeeded: boolean,
  now: Date,
): undefined => {
  rotationTasks.delete(tx, [queue, task.arn]);
  tell(tx, succeeded ? 'TestRotationSucceeded' : 'TestRotationFailed', record, now, { ClientRequestToken: task.token });
  if (record.stages[current] === task.token) return undefined;
  const { [task.token]: _tested, ...versions } = record.versions;
  const stages = Object.fromEntries(Object.entries(record.stages).filter(([, id]) => id !== task.token));
  secrets.deleteValue(tx, record, task.token);
  secrets.put(tx, { ...record, versions, stages });
  return undefined;
};

/** Whether rotations of a secret may begin. */
const isRotated = (record: SecretRecord): boolean =>
  record.rotation?.enabled === true && record.deletesAt === undefined;

/** Begins rotations when their window opens, and tries again those that failed. */
export const rotationJobs = (secrets: Secrets): Readonly<Record<string, Job>> => ({
  [kind]: (tx, { payload }, now) => {
    const record = secrets.findByArn(tx, secretPlaceIn(payload), payload.arn ?? '');
    const closesAt = record?.rotation?.next?.closesAt;
    if (!record?.rotation?.enabled || closesAt === undefined) return;
    const next = withNextRotation(tx, record, now.getTime());
    if (isRotated(record) && !taskOf(tx, record)) beginRotation(tx, secrets, next, { closesAt }, now);
    else secrets.put(tx, next);
  },
  [retryKind]: (tx, { payload }, now) => {
    const { arn = '', token = '', tries, closesAt } = payload;
    const record = secrets.findByArn(tx, secretPlaceIn(payload), arn);
    if (!record || !isRotated(record) || unfinished(record) !== token || taskOf(tx, record)) return;
    beginRotation(tx, secrets, record, { closesAt: Number(closesAt), token, tries: Number(tries) }, now);
  },
});
