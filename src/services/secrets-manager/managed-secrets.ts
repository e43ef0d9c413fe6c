import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { SecretRecord } from './secret-record.ts';

/** The tag that names the owner of a secret; policies of service-linked roles ask for it. */
export const owningServiceTag = 'aws:secretsmanager:owningService';

/** Id of the service that a name says the secret belongs to: `rds` of `rds!db-…`. */
export const owningServiceOf = (name: string): string | undefined => /^([a-z][a-z0-9-]*)!./.exec(name)?.[1];

/**
 * Whether a service calls: on behalf of its caller, or by its service-linked role.
 *
 * @param service its id: `rds`
 */
const isCalling = (service: string, { via, caller }: Call): boolean =>
  via?.at(-1) === `${service}.amazonaws.com` ||
  caller.session?.issuer?.arn.includes(`:role/aws-service-role/${service}.amazonaws.com/`) === true;

/** Asserts that a name is not that of a secret of a service which is not calling. @throws {Fault} InvalidParameterException */
export const requireOwnName = (name: string, call: Call): void => {
  const service = owningServiceOf(name);
  if (service === undefined || isCalling(service, call)) return;
  throw fault(
    'InvalidParameterException',
    `Names that begin with ${service}! are those of secrets that ${service} makes.`,
  );
};

/**
 * Asserts that a secret is not managed by a service other than the one that calls.
 *
 * @throws {Fault} InvalidRequestException
 * @see Secrets Manager user guide: "AWS Secrets Manager secrets managed by other AWS services"
 */
export const requireNotManaged = ({ owningService }: SecretRecord, call: Call): void => {
  if (owningService === undefined || isCalling(owningService, call)) return;
  throw fault(
    'InvalidRequestException',
    'The secret is managed by another service, and you must use that service to update it.',
  );
};
