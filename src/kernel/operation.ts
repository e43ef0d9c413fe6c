import type { JournalResource } from '../journal/record.ts';
import type { CompiledPolicy, GrantMatch } from '../policy/policy.ts';
import type { Call } from './call.ts';
import type { Caller } from './caller.ts';
import type { Eventually } from './eventually.ts';
import type { Fault } from './fault.ts';
import type { Quota } from './quota.ts';

/**
 * One API operation: a plain object, one file. `access` says what must be allowed and on what; `handle` is behaviour and
 * gets the resource only after the pipeline authorized it.
 *
 * Both run inside the call's transaction (`call.tx`) and may run more than once (a lost optimistic race, a record that was
 * not loaded yet), so they have no side effects outside of it. Both are synchronous where no I/O is needed; `handle` may
 * return a promise (slow key generation).
 */
export interface Operation<Name extends string, Input, Output, R extends Resource | readonly Resource[] = Resource> {
  readonly name: Name;
  access(input: Input, call: Call): AccessTo<R>;
  /**
   * Of operations that need no signature, because their input proves who asks: who that is. `access` is asked first as
   * the anonymous caller, to tell what the request is about, and then again as the one it proved to be.
   *
   * @param resource what `access` named first
   * @throws {Fault} it proves nothing
   */
  identify?(input: Input, resource: Resource, call: Call): Eventually<Caller>;
  handle(input: Input, resource: R, call: Call): Output | Promise<Output>;
  /** What the journal tells besides input and output of a call that succeeded: CloudTrail's `additionalEventData`. */
  eventData?(output: Output, resource: R): object | undefined;
  /** What the journal shows as the answer of a call that succeeded, where it is another than the operation's own. */
  answered?(output: Output, resource: R): object | undefined;
  /** What a call that succeeded made, where `access` could not know its ARN: the resource that the journal lists. */
  made?(output: Output, call: Call): JournalResource;
  /** Told of a call that succeeded, once it is durable; must not throw. */
  committed?(resource: R, call: Call): void;
}

/** What one operation asks to be allowed: a single access, or one for each of several resources (all must be allowed). */
export type AccessTo<R extends Resource | readonly Resource[]> = R extends readonly Resource[]
  ? { readonly [K in keyof R]: Access<Extract<R[K], Resource>> }
  : Access<Extract<R, Resource>>;

/** One question to the policy engine. */
export interface Access<R extends Resource = Resource> {
  /**
   * IAM action; absent: the names of service and operation, `kms:Encrypt`. A service whose actions have another prefix than
   * its name (`servicequotas`, `cloudhsm`) always gives it.
   */
  readonly action?: string;
  readonly resource: R | AbsentResource;
  /**
   * Condition keys of the service (`kms:EncryptionAlgorithm`) and of the request (`aws:RequestTag/…`, `aws:TagKeys`), by
   * exact or any case. As a function where the operation is called often: few policies ask.
   */
  readonly conditions?: Conditions | (() => Conditions);
  /** Replaces ` on resource: <arn>` in the AccessDenied sentence, e.g. ` on the resource associated with this ciphertext`. */
  readonly deniedOn?: string;
  /** What those get who are refused; absent: `AccessDenied` with AWS's sentence. */
  readonly refusal?: Fault;
  /** True for the few operations that no policy can deny (sts:GetCallerIdentity): authenticated is enough. */
  readonly alwaysAllowed?: boolean;
}

/** Condition keys and values; `undefined` values count as absent. Lists are multivalued keys. */
export type Conditions = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Something that policies protect. Nouns of a service (a KMS key, an IAM user) implement it. */
export interface Resource {
  readonly arn: string;
  /** The 12-digit account that owns it; decides whether the call is cross-account. */
  readonly account: string;
  /** CloudTrail's resource type, e.g. `AWS::KMS::Key`; absent: not listed in the journal's resources. */
  readonly type?: string;
  /** The policy attached to the resource itself. */
  readonly policy?: CompiledPolicy;
  /** True where no identity policy alone is ever enough (KMS keys, role trust). */
  readonly policyRequired?: boolean;
  /** True of what AWS manages in the account (AWS managed KMS keys): resource control policies do not bind it. */
  readonly awsManaged?: boolean;
  /** `aws:ResourceTag/…` */
  readonly tags?: Readonly<Record<string, string>>;
  /** Condition keys that come with the resource whatever the operation (`kms:KeySpec`); asked only when a policy names such a key. */
  conditions?(call: Call): Conditions;
  /** Asked where no policy allows an action: does a grant? @param input of the operation */
  grants?(action: string, input: object, call: Call): GrantMatch;
  /** See {@link AbsentResource}. */
  readonly absent?: Fault;
}

/** A resource that does not exist: authorization is decided on its ARN alone, and only those allowed learn that it is absent. */
export interface AbsentResource extends Resource {
  readonly absent: Fault;
}

/** An operation's input as it reaches `access` and `handle`: validated, so what the model requires is there. */
export type Input<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] : Exclude<T[K], undefined> };

/** An operation's output: the SDK's type without what the SDK adds. */
export type Output<T> = Omit<T, '$metadata'>;

/** The resource of operations that name none: `*` in the caller's own account. */
export const anyResource = (account: string): Resource => ({ arn: '*', account });

/** A service: the list of its operations is all the registration there is. */
export interface Service {
  /** Name of its model and signing name of its requests: `kms`, `iam`, `sts`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: operations of different inputs live in one list; the model decodes each by its own shape
  readonly operations: readonly Operation<string, any, any, any>[];
  /** What requests count against, by operation; an operation that is not here is not limited. */
  readonly requestQuotas?: Readonly<Record<string, RequestQuota>>;
  /** The service's error for requests above a quota; absent: `Rate exceeded`, as its protocol says it. */
  readonly throttled?: () => Fault;
  /**
   * Whether a call that uses a resource of another account is told to that account too, in a record of its own with the
   * same `sharedEventID`; absent: it is not.
   */
  readonly sharesEvents?: boolean;
  /** Everything that Service Quotas lists of this service. */
  readonly quotas?: readonly Quota[];
}

/** The quota that an operation counts against, or how the input and the resources tell: `RSA` and `symmetric` are counted apart. */
// biome-ignore lint/suspicious/noExplicitAny: as the list of operations
export type RequestQuota = Quota | ((input: any, resources: readonly Resource[], call: Call) => readonly Quota[]);
