import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { type TokenInput, type TokenPage, tokenPage } from '../../kernel/token-page.ts';
import type { Page, PageRequest } from '../../store/collection.ts';

const invalidToken = () => fault('InvalidNextToken', 'The specified token is not valid.');

/** Parameters that are looked at for one answer: AWS too answers with fewer than were asked for, and a token, where it ends. */
const most = 1000;

/**
 * Answers one page of a list operation.
 *
 * @param usual items of a page where the request does not say
 * @throws {Fault} InvalidNextToken
 */
export const listPage = <T>(
  input: TokenInput,
  call: Call,
  usual: number,
  read: (page: PageRequest) => Page<T>,
  keep?: (item: T) => boolean,
): TokenPage<T> => tokenPage(input, call, { usual, invalidToken, most }, read, keep);
