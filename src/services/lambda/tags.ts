import { fault } from '../../kernel/fault.ts';

type Tags = Readonly<Record<string, string>>;

const maxTags = 50;

/** Tags with those that a request adds. @throws {Fault} InvalidParameterValueException */
export const withTags = (before: Tags, added: Tags = {}): Tags => {
  for (const [key, value] of Object.entries(added)) {
    if (/^aws:/i.test(key)) throw fault('InvalidParameterValueException', `The tag key ${key} is reserved.`);
    if (key.length === 0 || key.length > 128 || value.length > 256) {
      throw fault('InvalidParameterValueException', 'Tag keys have 1 to 128 characters, tag values up to 256.');
    }
  }
  const merged = { ...before, ...added };
  if (Object.keys(merged).length > maxTags) {
    throw fault('InvalidParameterValueException', `A function can have at most ${maxTags} tags.`);
  }
  return merged;
};

/** The function that tags are about. @throws {Fault} InvalidParameterValueException: nothing else is tagged here */
export const taggable = (arn: string): string => {
  if (/:function:[^:]+$/.test(arn)) return arn;
  throw fault(
    'InvalidParameterValueException',
    'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  );
};
