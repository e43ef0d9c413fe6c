import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Service } from '../../kernel/operation.ts';

/**
 * Keeps sessions of GetSessionToken that were not authenticated with MFA out of IAM, whatever their user may do.
 *
 * @see STS: GetSessionToken, "You cannot call any IAM API operations unless MFA authentication information is included"
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
  const isOwnSession = caller.session && (caller.kind === 'user' || caller.kind === 'root');
  if (isOwnSession && !caller.session.mfaAuthenticatedAt && !caller.unverified) {
    throw fault('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
};
