import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { type Fault, fault } from '../../kernel/fault.ts';
import { requirePath } from './parameter-names.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { defaultKeyId } from './values.ts';

/** Whether a parameter belongs to an answer. */
export type Keeps = (record: ParameterRecord) => boolean;

interface FilterRow {
  /** The first one is meant where none is given. */
  readonly options: readonly string[];
  readonly matches: (record: ParameterRecord, value: string, option: string) => boolean;
}

const textOptions = ['Equals', 'BeginsWith'];

const compare = (actual: string, value: string, option: string): boolean => {
  if (option === 'BeginsWith') return actual.startsWith(value);
  return option === 'Contains' ? actual.includes(value) : actual === value;
};

const rows: Readonly<Record<string, FilterRow>> = {
  Path: {
    options: ['OneLevel', 'Recursive'],
    matches: ({ name }, value, option) => isBelow(name, requirePath(value), option === 'Recursive'),
  },
  Name: {
    options: [...textOptions, 'Contains'],
    matches: ({ name }, value, option) => compare(withoutSlash(name), withoutSlash(value), option),
  },
  Type: { options: textOptions, matches: ({ type }, value, option) => compare(type, value, option) },
  KeyId: {
    options: textOptions,
    matches: ({ type, keyId }, value, option) =>
      type === 'SecureString' && compare(keyId ?? defaultKeyId, value, option),
  },
  Tier: { options: ['Equals'], matches: ({ tier }, value) => tier === value },
  DataType: { options: textOptions, matches: ({ dataType }, value, option) => compare(dataType, value, option) },
  Label: {
    options: ['Equals', 'BeginsWith'],
    matches: (record, value, option) => Object.keys(record.labels).some((label) => compare(label, value, option)),
  },
};

const withoutSlash = (name: string): string => name.replace(/^\//, '');

/** Whether a name lies below a path that ends with a slash. */
export const isBelow = (name: string, path: string, recursive: boolean): boolean => {
  const full = name.startsWith('/') ? name : `/${name}`;
  return full.startsWith(path) && (recursive || !full.slice(path.length).includes('/'));
};

/**
 * Compiles the filters of DescribeParameters or GetParametersByPath: all must match, each by any of its values.
 *
 * @param keys those that the operation takes, in the order of its error message
 * @param more that it takes as well, and that AWS's message does not name
 * @throws {Fault} InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
 */
export const compileFilters = (
  filters: readonly ParameterStringFilter[] = [],
  keys: readonly string[],
  more: readonly string[] = [],
): Keeps => {
  const names = filters.map(({ Key }) => Key!);
  if (new Set(names).size < names.length) {
    throw invalidKey(
      'The following filters are duplicated in the request. A request can contain only one occurrence of a specific filter.',
    );
  }
  const compiled = filters.map((filter) => compileFilter(filter, keys, more));
  return (record) => compiled.every((keeps) => keeps(record));
};

const compileFilter = (
  { Key = '', Option, Values = [] }: ParameterStringFilter,
  keys: readonly string[],
  more: readonly string[],
): Keeps => {
  if (Key.startsWith('tag:')) return tagFilter(Key.slice('tag:'.length), Option, Values);
  const row = keys.includes(Key) || more.includes(Key) ? rows[Key] : undefined;
  if (!row)
    throw invalidKey(`The following filter key is not valid: ${Key}. Valid filter keys include: [${keys.join(', ')}].`);
  const option = Option ?? (Key === 'Path' ? 'OneLevel' : 'Equals');
  if (!row.options.includes(option)) {
    const valid =
      Key === 'Path'
        ? ['Recursive', 'OneLevel']
        : ['BeginsWith', ...row.options.filter((name) => name !== 'BeginsWith')];
    throw fault(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [${valid.join(', ')}].`,
    );
  }
  if (Values.length === 0) {
    throw fault('InvalidFilterValue', `The following filter values are missing : null for filter key ${Key}`);
  }
  if (Key === 'Path') for (const value of Values) requirePath(value);
  return (record) => Values.some((value) => row.matches(record, value, option));
};

const tagFilter = (key: string, option: string | undefined, values: readonly string[]): Keeps => {
  if (option !== undefined && option !== 'Equals' && option !== 'BeginsWith') {
    throw fault(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [Equals].`,
    );
  }
  return ({ tags }) =>
    Object.hasOwn(tags, key) &&
    (values.length === 0 || values.some((value) => compare(tags[key]!, value, option ?? 'Equals')));
};

/** The version that a filter by label picks, instead of the latest. */
export const labelledVersion = (
  record: ParameterRecord,
  filters: readonly ParameterStringFilter[] = [],
): number | undefined => {
  const filter = filters.find(({ Key }) => Key === 'Label');
  if (!filter) return undefined;
  const { Option = 'Equals', Values = [] } = filter;
  const matching = Object.entries(record.labels).filter(([label]) =>
    Values.some((value) => compare(label, value, Option)),
  );
  return matching.map(([, version]) => version).sort((a, b) => b - a)[0];
};

const invalidKey = (message: string): Fault => fault('InvalidFilterKey', message);
