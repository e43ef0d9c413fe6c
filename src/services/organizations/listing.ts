import type { Call } from '../../kernel/call.ts';
import { type TokenInput, type TokenPage, tokenPage } from '../../kernel/token-page.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { invalidInput } from './faults.ts';

const rules = {
  usual: 20,
  invalidToken: () => invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid value.'),
};

/**
 * Answers one page of a list operation.
 *
 * @param input every member but the token and the size is a filter: a token works only with the filters it was made with
 * @throws {Fault} InvalidInputException for a token that this query did not make
 */
export const listPage = <T>(
  input: TokenInput,
  call: Call,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): TokenPage<T> => tokenPage(input, call, rules, read, keep);
