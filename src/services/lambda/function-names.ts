import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { FunctionPlace } from './function-record.ts';

/** A function, and perhaps a version or alias of it, as a request names them. */
export interface FunctionReference extends FunctionPlace {
  readonly qualifier: string | undefined;
}

/** `arn:aws:lambda:us-east-1:111122223333:function:rotate`, or of one qualifier. */
export const functionArn = ({ account, region, name }: FunctionPlace, qualifier?: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;

/**
 * Reads a name, a partial ARN or an ARN, with or without a qualifier.
 *
 * @param qualifier what the request says beside the name
 * @throws {Fault} InvalidParameterValueException, ResourceNotFoundException for another Region's
 */
export const parseFunctionName = (
  given: string,
  { account, region }: Pick<Call, 'account' | 'region'>,
  qualifier?: string,
): FunctionReference => {
  const match = form.exec(given);
  if (!match?.groups) throw fault('InvalidParameterValueException', `The function name ${given} is not valid.`);
  const { region: theirs = region, account: owner = account, name = '', qualifier: derived } = match.groups;
  if (theirs !== region) {
    throw fault(
      'ResourceNotFoundException',
      `Functions from '${theirs}' are not reachable in this region ('${region}')`,
    );
  }
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw fault(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  if (name.length > maxNameLength) {
    throw fault('InvalidParameterValueException', `The function name is longer than ${maxNameLength} characters.`);
  }
  return { account: owner, region, name, qualifier: qualifier ?? derived };
};

const maxNameLength = 64;

const form =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;
