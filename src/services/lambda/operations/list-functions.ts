import type { ListFunctionsCommandInput, ListFunctionsCommandOutput } from '@aws-sdk/client-lambda';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { summaryOf } from '../configuration.ts';
import type { Lambda } from '../lambda.ts';
import { listPage } from '../listing.ts';

type ListFunctions = Operation<'ListFunctions', Input<ListFunctionsCommandInput>, Output<ListFunctionsCommandOutput>>;

/**
 * The account's functions by name, with all their versions where asked; without variables.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 */
export const listFunctions = ({ functions }: Lambda): ListFunctions => ({
  name: 'ListFunctions',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const { tx, account, region } = call;
    const { items, next } = listPage(input, call, String(input.FunctionVersion), (page) =>
      functions.list(tx, account, region, page),
    );
    const shown =
      input.FunctionVersion === 'ALL'
        ? items.flatMap((record) => [
            summaryOf(record, '$LATEST'),
            ...functions.versions(tx, record).items.map((version) => summaryOf(version)),
          ])
        : items.map((record) => summaryOf(record));
    return { Functions: shown, ...next };
  },
});
