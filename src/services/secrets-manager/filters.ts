import type { Filter } from '@aws-sdk/client-secrets-manager';
import { fault } from '../../kernel/fault.ts';
import type { SecretRecord } from './secret-record.ts';

/** Whether a secret belongs to a list. */
export type Keeps = (record: SecretRecord) => boolean;

type Matches = (record: SecretRecord, wanted: string) => boolean;

const words = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

/** @see Secrets Manager API: Filter; user guide: "Find secrets in AWS Secrets Manager" */
const matchers: Readonly<Record<string, Matches>> = {
  name: ({ name }, wanted) => name.startsWith(wanted),
  description: ({ description = '' }, wanted) => description.toLowerCase().startsWith(wanted.toLowerCase()),
  'tag-key': ({ tags }, wanted) => Object.keys(tags).some((key) => key.startsWith(wanted)),
  'tag-value': ({ tags }, wanted) => Object.values(tags).some((value) => value.startsWith(wanted)),
  'primary-region': ({ primaryRegion, region, replicas }, wanted) =>
    (primaryRegion ?? (replicas ? region : '')).startsWith(wanted),
  'owning-service': ({ owningService = '' }, wanted) => owningService.startsWith(wanted),
  all: ({ name, description = '', tags, primaryRegion = '', owningService = '' }, wanted) => {
    const text = [name, description, primaryRegion, owningService, ...Object.entries(tags).flat()]
      .join(' ')
      .toLowerCase();
    return words(wanted).every((word) => text.includes(word));
  },
};

/**
 * What filters let through: each of them, by one of its values. A value that begins with `!` keeps what it does not match.
 *
 * @throws {Fault} InvalidParameterException
 */
export const keepsOf = (filters: readonly Filter[]): Keeps => {
  const each = filters.map(({ Key, Values }) => {
    if (Key === undefined || !Values) throw fault('InvalidParameterException', 'A filter must have a key and values.');
    const matches = matchers[Key]!;
    const excluded = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
    const included = Values.filter((value) => !value.startsWith('!'));
    return (record: SecretRecord): boolean =>
      !excluded.some((value) => matches(record, value)) &&
      (included.length === 0 || included.some((value) => matches(record, value)));
  });
  return (record) => each.every((keeps) => keeps(record));
};
