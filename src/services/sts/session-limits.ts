import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Service } from '../../kernel/operation.ts';

/**
 * Holds sessions of GetSessionToken and GetFederationToken to the operations of STS that they may call.
 *
 * @see STS: GetSessionToken, GetFederationToken, "Permissions"
 */
export const refusingSessions = (operations: Service['operations']): Service['operations'] =>
  operations.map((operation) => ({
    ...operation,
    // biome-ignore lint/suspicious/noExplicitAny: the list holds operations of different inputs
    access: (input: any, call: Call) => {
      requireAllowedSession(call);
      return operation.access(input, call);
    },
  }));

/** AssumeRole is refused to federated users by itself, and the operations that issue tokens to every session. */
const open: ReadonlySet<string> = new Set(['AssumeRole', 'GetCallerIdentity', 'GetSessionToken', 'GetFederationToken']);

const requireAllowedSession = ({ caller, operation }: Call): void => {
  if (caller.session && caller.kind !== 'assumed-role' && !open.has(operation)) {
    throw fault('AccessDenied', `Cannot call ${operation} with session credentials`);
  }
};
