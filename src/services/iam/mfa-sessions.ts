import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { Service } from '../../kernel/operation.ts';

/**
 * Keeps federated users, and sessions of GetSessionToken that were not authenticated with MFA, out of IAM, whatever they
 * may do.
 *
 * @see STS: GetFederationToken; GetSessionToken, "You cannot call any IAM API operations unless MFA authentication information is included"
 */
export const refusingSessionsWithoutMfa = (operations: Service['operations']): Service['operations'] =>
  operations.map((operation) => ({
    ...operation,
    // biome-ignore lint/suspicious/noExplicitAny: the list holds operations of different inputs
    access: (input: any, call: Call) => {
      requireMfaInSession(call);
      return operation.access(input, call);
    },
  }));

const requireMfaInSession = ({ caller }: Call): void => {
  if (!caller.session || caller.unverified || caller.kind === 'assumed-role' || isBounded(caller)) return;
  if (caller.kind === 'federated-user' || !caller.session.mfaAuthenticatedAt) {
    throw fault('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
};

/** Sessions of AssumeRoot, and those that were delegated: the only ones of root and users with a session policy, which bounds them. */
const isBounded = ({ kind, session }: Caller): boolean => kind !== 'federated-user' && session?.policies !== undefined;
