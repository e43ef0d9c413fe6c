import type { AuthorizationMessages } from '../../kernel/authorization-message.ts';
import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { SessionClaims, SessionTokens } from '../../kernel/session-token.ts';
import type { Transaction } from '../../store/store.ts';
import type { Verifiers } from './federation.ts';

/** What STS needs of the IAM service; `service-set.ts` hands it in. */
export interface Sts {
  readonly sessionTokens: SessionTokens;
  readonly authorizationMessages: AuthorizationMessages;
  /** Who verifies what identity providers sign. */
  readonly verifiers: Verifiers;
  /** The account of a long-term key that this server issued or was given. */
  accountOfAccessKey(tx: Transaction, accessKeyId: string): string | undefined;
  /** The role with that ARN, protected by its trust policy; for one that does not exist, something that nobody may assume. */
  assumableRole(tx: Transaction, roleArn: string): AssumableRole | AbsentResource;
  /**
   * Verifies a code of the caller's MFA device, which is used up by it.
   *
   * @throws {Fault} `AccessDenied`
   */
  requireMfa(tx: Transaction, caller: Caller, mfa: MfaProof, now: Date): void;
  /**
   * Checks session policies that a request brings.
   *
   * @throws {Fault} `MalformedPolicyDocument`
   */
  requireSessionPolicies(tx: Transaction, account: string, document: string | undefined, arns: readonly string[]): void;
  /** Whether the caller's account may do a task as root of another account: centralized root access. */
  mayActAsRoot(call: Call, target: string, taskPolicyArn: string | undefined): boolean;
  /** The session that an account may trade an exchange token for; undefined: it is none of that account's. */
  findDelegatedAccess(tx: Transaction, account: string, token: string, now: Date): DelegatedAccess | undefined;
  /** Who signs an account's web identity tokens; undefined: outbound federation is disabled there. */
  tokenIssuer(tx: Transaction, account: string): TokenIssuer | undefined;
}

/** A session of somebody else, for a time. */
export interface DelegatedAccess {
  /** ARN of who lends the permissions. */
  readonly assumedPrincipal: string;
  readonly claims: Omit<SessionClaims, 'issuedAt' | 'expiresAt'>;
  /** How long it may still be; zero or less: it is over. */
  readonly seconds: number;
}

/** The issuer of an account's web identity tokens. */
export interface TokenIssuer {
  /** `iss` */
  readonly url: string;
  /** @returns a JSON Web Token */
  sign(algorithm: 'RS256' | 'ES384', claims: object): string;
}

/** A role as STS sees it; its policy is the trust policy. */
export interface AssumableRole extends Resource {
  readonly roleName: string;
  readonly roleId: string;
  readonly maxSessionSeconds: number;
}

/** What a caller shows of an MFA device. */
export interface MfaProof {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}
