import type { Recorded, Sequential } from './checker.ts';

/** A call to one alias of KMS. */
export type AliasCall =
  | { readonly operation: 'CreateAlias'; readonly target: string }
  | { readonly operation: 'UpdateAlias'; readonly target: string }
  | { readonly operation: 'DeleteAlias' }
  | { readonly operation: 'DescribeKey' };

/** Whether the alias was there, and, for DescribeKey, the key that it led to. */
export type AliasAnswer = { readonly found: boolean; readonly target?: string };

/** A recorded call. */
export type AliasRecord = Recorded<AliasCall, AliasAnswer>;

/**
 * An alias: absent, or leading to a key. CreateAlias succeeds where there is none and UpdateAlias and DeleteAlias where there
 * is one, so each of them is a compare-and-set.
 */
export const alias: Sequential<string | undefined, AliasCall, AliasAnswer> = {
  initial: undefined,
  apply: (state, call, answer) => {
    const found = state !== undefined;
    if (answer && answer.found !== found) return 'impossible';
    switch (call.operation) {
      case 'CreateAlias':
        return { state: state ?? call.target };
      case 'UpdateAlias':
        return { state: found ? call.target : undefined };
      case 'DeleteAlias':
        return { state: undefined };
      case 'DescribeKey':
        return answer && answer.target !== state ? 'impossible' : { state };
    }
  },
  isRead: ({ operation }, answer) =>
    operation === 'DescribeKey' || (answer !== undefined && answer.found === (operation === 'CreateAlias')),
};
