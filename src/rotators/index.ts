import type { FunctionResult, Functions, ServiceInvoker } from '../kernel/functions.ts';
import { type RotatorConnection, type RotatorParts, rotationSession } from './rotation-role.ts';
import { type RotationEvent, takeStep } from './rotation-steps.ts';
import { findRotator, type RotatorPlace } from './rotator-names.ts';

export { masterTag, type RotatorConnection, type RotatorParts, rotationRoleName } from './rotation-role.ts';

/** Functions among which are the rotators that are built in. */
export interface FunctionsWithRotators extends Functions {
  /** Says how the rotators reach the rest of the server; before that they fail. */
  connect(connection: RotatorConnection): void;
}

/**
 * Puts rotators behind the names of AWS's serverless applications for rotation. A function of the account's own that has
 * such a name comes first.
 */
export const withRotators = (functions: Functions, parts: RotatorParts): FunctionsWithRotators => {
  let connection: RotatorConnection | undefined;
  return {
    connect: (given) => {
      connection = given;
    },
    check: (tx, arn, by) => {
      const own = functions.check(tx, arn, by);
      const place = own === 'absent' ? findRotator(arn) : undefined;
      if (!place) return own;
      return mayInvoke(place, by) ? 'allowed' : 'denied';
    },
    findTags: (tx, arn, account) => functions.findTags(tx, arn, account),
    invoke: async (arn, payload, by) => {
      const place = findRotator(arn);
      const own = place && (await parts.store.transact((tx) => functions.check(tx, arn, by)));
      if (!place || own !== 'absent') return functions.invoke(arn, payload, by);
      if (!connection) return { error: 'The server is not ready yet.' };
      if (!mayInvoke(place, by)) return { error: 'AccessDenied' };
      return rotate(parts, connection, place, payload);
    },
  };
};

/** Secrets Manager, for secrets of the account. */
const mayInvoke = ({ account }: RotatorPlace, { principal, sourceAccount, sourceArn }: ServiceInvoker): boolean =>
  principal === 'secretsmanager.amazonaws.com' && sourceAccount === account && sourceArn.split(':')[4] === account;

const rotate = async (
  parts: RotatorParts,
  connection: RotatorConnection,
  place: RotatorPlace,
  payload: string,
): Promise<FunctionResult> => {
  try {
    const event = JSON.parse(payload) as RotationEvent;
    const ask = await rotationSession(parts, connection, place, event.SecretId);
    await takeStep(place.rotator, event, ask);
    return { payload: 'null' };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    return { error: 'Unhandled', payload: JSON.stringify({ errorType, errorMessage }) };
  }
};
