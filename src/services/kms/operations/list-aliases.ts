import type { ListAliasesCommandInput, ListAliasesCommandOutput } from '@aws-sdk/client-kms';
import type { AbsentResource, Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { PageRequest } from '../../../store/collection.ts';
import type { Transaction } from '../../../store/store.ts';
import { type Aliases, toListEntry } from '../aliases.ts';
import { noKey } from '../conditions.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the aliases of the account in this Region, or those of one key, by name.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
 */
export const listAliases = ({
  keys,
  aliases,
}: Kms): Operation<'ListAliases', Input<ListAliasesCommandInput>, Output<ListAliasesCommandOutput>, Resource> => ({
  name: 'ListAliases',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input, _resource, call) => {
    const { account, region, tx } = call;
    const ofKey = input.KeyId === undefined ? undefined : entriesOf(keys.resolve(input.KeyId, call), aliases, tx);
    const all = (page: PageRequest) => aliases.list(tx, account, region, page);
    const { items, truncation } = listPage(input, call, { default: 50, max: 100 }, ofKey ?? all);
    return { Aliases: items, ...truncation };
  },
});

const entriesOf = (key: KmsKey | AbsentResource, aliases: Aliases, tx: Transaction) => {
  if ('absent' in key) throw key.absent;
  return pageOf(aliases.ofKey(tx, key.record).map(toListEntry), ({ AliasName }) => AliasName);
};
