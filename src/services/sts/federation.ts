import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';

/** What both verifiers are asked with. */
export interface Verification {
  readonly tx: Transaction;
  /** The account of the role: its identity providers count. */
  readonly account: string;
  readonly now: Date;
}

/** What an identity provider said about somebody, proven. */
export interface FederatedIdentity {
  /** As trust policies name the provider: its ARN, or the host of one that everybody knows. */
  readonly provider: string;
  /** Lower-cased condition keys: `saml:sub`, `accounts.google.com:aud`. */
  readonly conditions: Readonly<Record<string, string | readonly string[]>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly subject: string;
  readonly audience: string;
}

/** A verified SAML assertion. */
export interface SamlIdentity extends FederatedIdentity {
  /** The attribute RoleSessionName. */
  readonly sessionName: string;
  /** Pairs of the attribute Role: the assertion lets its bearer assume these roles only. */
  readonly roleArns: readonly string[];
  readonly subjectType: string;
  readonly issuer: string;
  readonly nameQualifier: string;
  /** SessionNotOnOrAfter, where the assertion has it. */
  readonly notAfter?: Date;
}

/**
 * The verifiers of what identity providers sign. Each either proves the identity or throws the modelled error; no answer
 * is a success without proof.
 */
export interface Verifiers {
  /** @throws {Fault} `InvalidIdentityToken`, `ExpiredTokenException`, `IDPRejectedClaim`, `IDPCommunicationError` */
  webIdentity(token: string, providerId: string | undefined, asked: Verification): Promise<FederatedIdentity>;
  /** @throws {Fault} `InvalidIdentityToken`, `ExpiredTokenException`, `IDPRejectedClaim` */
  saml(assertion: string, providerArn: string, asked: Verification): Promise<SamlIdentity>;
}

/** Proves nothing: every token and assertion is refused. */
export const refusingVerifiers: Verifiers = {
  webIdentity: async () => {
    throw fault(
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  },
  saml: async () => {
    throw fault('InvalidIdentityToken', "Specified provider doesn't exist");
  },
};
