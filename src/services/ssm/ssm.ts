import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import type { Resource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { Parameters } from './parameters.ts';

/** The nouns that operations work with. */
export interface Ssm {
  readonly parameters: Parameters;
  /** Which principals exist; sharing policies name only those. */
  readonly principals: Principals;
}

/** Every parameter of the account in this Region: for operations that name none. */
export const anyParameter = ({ account, region }: Call): Resource => ({
  arn: `arn:aws:ssm:${region}:${account}:*`,
  account,
});

/** Does something for each item, one after the other: at once where nothing has to be waited for. */
export const inOrder = <T, U>(items: readonly T[], work: (item: T) => Eventually<U>): Eventually<U[]> => {
  const results: U[] = [];
  const from = (at: number): Eventually<U[]> => {
    for (let index = at; index < items.length; index++) {
      const result = work(items[index]!);
      if (result instanceof Promise) {
        return result.then((value) => {
          results.push(value);
          return from(index + 1);
        });
      }
      results.push(result);
    }
    return results;
  };
  return eventually(from(0), (all) => all);
};
