import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { type TokenInput, type TokenPage, tokenPage } from '../../kernel/token-page.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

const rules = {
  usual: 100,
  invalidToken: () => fault('InvalidPaginationTokenException', 'The pagination token is not valid.'),
};

/**
 * Answers one page of a list operation. Tokens are base64, since the model allows no others.
 *
 * @throws {Fault} InvalidPaginationTokenException
 */
export const listPage = <T>(
  input: TokenInput,
  call: Call,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): TokenPage<T> => {
  const { items, next } = tokenPage(
    { ...input, NextToken: recoded(input.NextToken, 'base64', 'base64url') },
    call,
    rules,
    read,
    keep,
  );
  const NextToken = recoded(next.NextToken, 'base64url', 'base64');
  return { items, next: NextToken === undefined ? {} : { NextToken } };
};

const recoded = (text: string | undefined, from: BufferEncoding, to: BufferEncoding): string | undefined =>
  text === undefined ? undefined : Buffer.from(text, from).toString(to);
