import type { Tag } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource } from '../../kernel/operation.ts';
import type { ParameterResource, Parameters } from './parameters.ts';

const maxTags = 50;

/**
 * Adds a request's tags to those a parameter has.
 *
 * @throws {Fault} ValidationException for a key given twice or reserved to AWS; TooManyTagsError
 */
export const addTags = (
  tags: Readonly<Record<string, string>>,
  given: readonly Tag[],
): Readonly<Record<string, string>> => {
  const added = new Map(given.map(({ Key, Value }) => [Key!, Value!]));
  if (added.size < given.length) throw fault('ValidationException', 'Duplicate tag keys are not allowed.');
  if ([...added.keys()].some((key) => /^aws:/i.test(key))) {
    throw fault('ValidationException', 'Tag keys that begin with aws: are reserved for system tags.');
  }
  const merged = { ...tags, ...Object.fromEntries(added) };
  if (Object.keys(merged).length > maxTags) {
    throw fault('TooManyTagsError', `A parameter can have at most ${maxTags} tags.`);
  }
  return merged;
};

/**
 * The parameter whose tags a request is about.
 *
 * @throws {Fault} InvalidResourceType: only parameters are tagged here
 */
export const taggable = (
  parameters: Parameters,
  type: string,
  id: string,
  call: Call,
): ParameterResource | AbsentResource => {
  if (type !== 'Parameter') {
    throw fault('InvalidResourceType', 'The resource type is not valid here: only Parameter is served.');
  }
  const resource = parameters.whole(id, call);
  if (!('absent' in resource)) return resource;
  const absent = fault(
    'InvalidResourceId',
    'The resource ID is not valid. Verify that you entered the correct ID and try again.',
  );
  return { ...resource, absent };
};
