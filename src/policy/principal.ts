/** Kinds of principals that a request can come from. @see IAM: "AWS JSON policy elements: Principal" */
export type PrincipalKind = 'root' | 'user' | 'assumed-role' | 'federated-user' | 'service' | 'anonymous';

/** Who asks, as policies see it. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** The 12-digit account the principal belongs to; empty for services and the anonymous principal. */
  readonly account: string;
  /**
   * The ARN that AWS prints: `arn:aws:iam::A:root`, the user ARN, the session ARN (`arn:aws:sts::A:assumed-role/R/S`,
   * `arn:aws:sts::A:federated-user/N`), the service name (`logs.eu-west-2.amazonaws.com`), or `*` for anonymous.
   */
  readonly arn: string;
  /** `aws:userid`: account id for root, `AIDA…` for users, `AROA…:session` for role sessions, `account:name` for federated users. */
  readonly userId: string;
  /** `aws:username`, users only. */
  readonly userName?: string;
  /** Role ARN (`arn:aws:iam::A:role/path/R`) behind an assumed-role session. */
  readonly roleArn?: string;
  /** Unique id of the entity as stored policies keep it: `AIDA…` or `AROA…`. */
  readonly uniqueId?: string;
  /** Principal tags: those of the user or role, overridden by session tags. */
  readonly tags?: Readonly<Record<string, string>>;
}
