import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import { roleMay } from './execution-role.ts';
import { functionArn, parseFunctionName } from './function-names.ts';
import type { FunctionPlace } from './function-record.ts';
import type { Lambda } from './lambda.ts';

/** A service that records of asynchronous invocations can go to. */
interface TargetService {
  /** What the execution role has to be allowed. */
  readonly action: string;
  /** The end of its ARNs, after the account. */
  readonly resource: RegExp;
}

/** @see Lambda developer guide: "Capturing records of Lambda asynchronous invocations" */
const services: Readonly<Record<string, TargetService>> = {
  lambda: { action: 'lambda:InvokeFunction', resource: /^function:[\w-]{1,64}(?::(?:\$LATEST|[\w-]+))?$/ },
  sqs: { action: 'sqs:SendMessage', resource: /^[\w-]{1,80}$/ },
  sns: { action: 'sns:Publish', resource: /^[\w-]{1,256}$/ },
  events: { action: 'events:PutEvents', resource: /^event-bus\/[\w./-]{1,256}$/ },
};
const deadLetterServices: ReadonlySet<string> = new Set(['sqs', 'sns']);

/** The service of an ARN: `lambda`, `sqs`, `sns`, `events`. */
export const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';

/**
 * Checks where records of a function's events shall go: a function, a standard queue, a standard topic or an event bus of
 * the same account and Region, to which the execution role may send.
 *
 * @throws {Fault} InvalidParameterValueException
 */
export const requireDestination = (
  lambda: Pick<Lambda, 'functions' | 'roles'>,
  arn: string,
  source: FunctionPlace & { readonly role: string },
  call: Call,
): void => {
  const target = parseTarget(arn, source);
  if (!target) throw invalid(`The destination ARN ${arn} is invalid.`);
  const place = target.service === 'lambda' ? parseFunctionName(arn, source) : undefined;
  if (place && functionArn(place) === functionArn(source)) {
    throw invalid("You can't specify the function as a destination for itself.");
  }
  const resource: Resource = place ? lambda.functions.select(arn, call) : { arn, account: source.account };
  if (resource.absent) throw invalid(`The destination ARN ${arn} is invalid.`);
  if (!roleMay(lambda.roles, source.role, { action: target.action, resource }, source.name, call)) {
    const called = target.action.split(':')[1];
    throw invalid(`The function's execution role does not have permissions to call ${called} on ${arn}`);
  }
};

/** Checks where events of a function shall go that it could not process. @throws {Fault} InvalidParameterValueException */
export const requireDeadLetterTarget = (
  { roles }: Pick<Lambda, 'roles'>,
  arn: string,
  source: FunctionPlace & { readonly role: string },
  call: Call,
): void => {
  const target = parseTarget(arn, source);
  if (!target || !deadLetterServices.has(target.service)) {
    throw invalid(`The dead-letter target ARN ${arn} is not that of a standard SQS queue or SNS topic in this Region.`);
  }
  const resource = { arn, account: source.account };
  if (!roleMay(roles, source.role, { action: target.action, resource }, source.name, call)) {
    const [service = '', called] = target.action.split(':');
    throw invalid(
      `The provided execution role does not have permissions to call ${called} on ${service.toUpperCase()}`,
    );
  }
};

const parseTarget = (
  arn: string,
  { account, region }: FunctionPlace,
): { readonly service: string; readonly action: string } | undefined => {
  const [, , service = '', theirRegion, theirAccount, ...rest] = arn.split(':');
  const known = Object.hasOwn(services, service) ? services[service] : undefined;
  if (!known?.resource.test(rest.join(':')) || !/^arn:aws[\w-]*:/.test(arn)) return undefined;
  if (theirRegion !== region || theirAccount !== account) return undefined;
  return { service, action: known.action };
};

const invalid = (message: string): Fault =>
  fault('InvalidParameterValueException', message, { members: { Type: 'User' } });
