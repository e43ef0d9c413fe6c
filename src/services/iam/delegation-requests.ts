import { fault } from '../../kernel/fault.ts';
import type { AbsentResource } from '../../kernel/operation.ts';

/**
 * A delegation request, none of which exists: making one needs a topic to send its exchange token to, and this server has
 * no service with topics. So nobody learns anything of an id but that it is unknown.
 *
 * @see IAM: "IAM temporary delegation", "Building your integration"
 */
export const delegationRequest = (account: string, id: string): AbsentResource => ({
  arn: `arn:aws:iam::${account}:delegation-request/${id}`,
  account,
  absent: fault('NoSuchEntity', `The delegation request with id ${id} cannot be found.`),
});

/** @throws {Error} always: what does not exist was not let through to a handler */
export const noDelegationRequest = (): never => {
  throw new Error('there are no delegation requests');
};
