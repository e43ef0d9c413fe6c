import type { ListSecretsCommandInput } from '@aws-sdk/client-secrets-manager';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { type TokenInput, type TokenPage, tokenPage } from '../../kernel/token-page.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { SecretRecord } from './secret-record.ts';
import type { Secrets } from './secrets.ts';

const invalidToken = () => fault('InvalidNextTokenException', 'The specified token is not valid.');

/**
 * Answers one page of a list operation.
 *
 * @param usual items of a page where the request does not say
 * @throws {Fault} InvalidNextTokenException
 */
export const listPage = <T>(
  input: TokenInput,
  call: Call,
  usual: number,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): TokenPage<T> => tokenPage(input, call, { usual, invalidToken }, read, keep);

const most = 1000;

/** Pages through the caller's secrets in the order that a request asks for; by name where it does not. */
export const inOrderOf = (
  secrets: Secrets,
  { SortBy, SortOrder }: Pick<ListSecretsCommandInput, 'SortBy' | 'SortOrder'>,
  call: Call,
): ((page: PageRequest) => Page<SecretRecord>) => {
  const descending = SortOrder === 'desc';
  const byName = SortBy === 'name' || (SortBy === undefined && SortOrder === undefined);
  if (byName && !descending) return (page) => secrets.list(call, page);
  const keyOf = (record: SecretRecord): string =>
    byName ? record.name : `${new Date(timeOf(record, SortBy)).toISOString()} ${record.name}`;
  const all = everything(secrets, call).sort((a, b) => (keyOf(a) < keyOf(b) === descending ? 1 : -1));
  return ({ after, limit }) => {
    const rest =
      after === undefined ? all : all.filter((each) => (descending ? keyOf(each) < after : keyOf(each) > after));
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? keyOf(items.at(-1)!) : undefined };
  };
};

const timeOf = (record: SecretRecord, by: ListSecretsCommandInput['SortBy']): number => {
  if (by === 'last-accessed-date') return record.accessedAt ?? 0;
  return by === 'last-changed-date' ? record.changedAt : record.createdAt;
};

const everything = (secrets: Secrets, call: Call): SecretRecord[] => {
  const all: SecretRecord[] = [];
  let after: string | undefined;
  do {
    const page = secrets.list(call, { limit: most, ...(after !== undefined && { after }) });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
};
