/** Kinds of principals that a request can come from. @see IAM: "AWS JSON policy elements: Principal" */
export type PrincipalKind =
  | 'root'
  | 'user'
  | 'assumed-role'
  | 'federated-user'
  /** Someone whom an identity provider vouches for, before a role is assumed (AssumeRoleWithSAML, …WithWebIdentity). */
  | 'federated'
  | 'service'
  | 'anonymous';

/** Who asks, as policies see it. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** The 12-digit account the principal belongs to; empty for services and the anonymous principal. */
  readonly account: string;
  /**
   * The ARN that AWS prints: `arn:aws:iam::A:root`, the user ARN, the session ARN (`arn:aws:sts::A:assumed-role/R/S`,
   * `arn:aws:sts::A:federated-user/N`), the service name (`logs.eu-west-2.amazonaws.com`),
   * the provider's ARN or host name for `federated`, or `*` for anonymous.
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
  /** The user who asked for a federated user's session; absent where root did. */
  readonly federatedBy?: { readonly arn: string; readonly uniqueId: string };
  /** S3's 64-digit name of the account, where the account has one. */
  readonly canonicalUserId?: string;
  /** Principal tags: those of the user or role, overridden by session tags. */
  readonly tags?: Readonly<Record<string, string>>;
}
