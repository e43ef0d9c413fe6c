import type { JournalDecision, UserIdentity } from '../journal/record.ts';

/** What would let a refused request pass. */
export interface Remedy {
  /** What to change, as a sentence. */
  readonly change: string;
  /** A statement to add; absent where one has to be changed instead. */
  readonly statement?: object;
}

/**
 * Says what would allow what was refused. The first refusal is known only: behind it another policy may refuse.
 *
 * @param who asked
 * @returns undefined for decisions that allow
 * @see IAM: "Policy evaluation logic", "Troubleshoot access denied error messages"
 */
export const remedyOf = (decision: JournalDecision, who: UserIdentity): Remedy | undefined => {
  const { effect, type } = decision.by;
  if (effect === 'Allow') return undefined;
  if (effect === 'Deny') {
    return {
      change: `no Allow outweighs a Deny: narrow ${placeOf(decision.by)} of ${policyOf(decision)}, by its Resource or a Condition, or remove it`,
    };
  }
  const { action, resource } = decision;
  const own = { Effect: 'Allow', Action: action, Resource: resource };
  const holder = who.sessionContext?.sessionIssuer?.arn ?? who.arn ?? who.principalId ?? who.invokedBy ?? 'unknown';
  const naming = { Effect: 'Allow', Principal: principalOf(who, holder), Action: action };
  return remedies[type]?.({ holder, resource, own, naming });
};

/** As policies name who asked. */
const principalOf = ({ type, identityProvider }: UserIdentity, holder: string): object => {
  if (identityProvider !== undefined) return { Federated: identityProvider };
  return type === 'AWSService' ? { Service: holder } : { AWS: holder };
};

interface Subject {
  readonly holder: string;
  readonly resource: string;
  /** For policies of the one who asks. */
  readonly own: object;
  /** For policies of what is asked for. */
  readonly naming: object;
}

/** By the type of policy that does not allow. */
const remedies: Readonly<Record<string, (subject: Subject) => Remedy>> = {
  identity: ({ holder, own }) => ({ change: `attach to ${holder} a policy that allows it`, statement: own }),
  boundary: ({ holder, own }) => ({
    change: `let the permissions boundary of ${holder} allow it, too`,
    statement: own,
  }),
  session: ({ own }) => ({
    change: 'begin the session without session policies, or with one that allows it',
    statement: own,
  }),
  resource: ({ resource, naming }) => ({
    change: `let the policy of ${resource} name the caller`,
    statement: { ...naming, Resource: '*' },
  }),
  trust: ({ resource, naming }) => ({
    change: `let the trust policy of ${resource} name the caller`,
    statement: naming,
  }),
  scp: ({ own }) => ({
    change: 'let a service control policy allow it at every level, from the root of the organization to the account',
    statement: { ...own, Resource: '*' },
  }),
  rcp: () => ({
    change: "let a resource control policy allow it at every level of the resource's organization (RCPFullAWSAccess)",
  }),
  'vpc-endpoint': ({ own }) => ({
    change: 'let the policy of the VPC endpoint allow it',
    statement: { ...own, Principal: '*' },
  }),
};

/** The policy that a decision rests on, for people. */
export const policyOf = ({ by, resource }: JournalDecision): string => {
  if (by.policy !== undefined) return by.policy;
  if (by.type === 'resource') return `the policy of ${resource}`;
  return by.type === 'trust' ? `the trust policy of ${resource}` : `a ${by.type} policy`;
};

/** A statement of a policy, for people. */
export const placeOf = ({ statement, sid }: { readonly statement?: number; readonly sid?: string }): string => {
  if (statement === undefined) return 'a statement';
  return sid === undefined ? `statement ${statement + 1}` : `statement ${statement + 1} "${sid}"`;
};
