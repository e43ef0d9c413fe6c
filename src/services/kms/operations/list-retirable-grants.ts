import type { ListRetirableGrantsCommandInput, ListRetirableGrantsCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { aboutTheCall } from '../conditions.ts';
import { invalidPrincipal } from '../grant-principals.ts';
import { toGrantEntry } from '../grants.ts';
import type { Kms } from '../kms.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the grants of this Region, of whatever account, that a principal of the caller's account may retire.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html
 */
export const listRetirableGrants = ({
  grants,
  principals,
}: Kms): Operation<
  'ListRetirableGrants',
  Input<ListRetirableGrantsCommandInput>,
  Output<ListRetirableGrantsCommandOutput>,
  Resource
> => ({
  name: 'ListRetirableGrants',
  access: (input, { account }) => ({ resource: { arn: nameOf(input), account, conditions: aboutTheCall } }),
  handle: (input, _resource, call) => {
    const { tx, account, region } = call;
    const name = nameOf(input);
    const retiring = principals.toStored(tx, name);
    if (retiring === undefined || !name.includes(account)) throw invalidPrincipal(name);
    const retirable = [...grants.retirableBy(tx, retiring, region)].sort((a, b) => (a.id < b.id ? -1 : 1));
    const { items, truncation } = listPage(
      input,
      call,
      { default: 50, max: 100 },
      pageOf(retirable, ({ id }) => id),
    );
    return { Grants: items.map((grant) => toGrantEntry(grant, tx, principals)), ...truncation };
  },
});

// INVARIANT: the model requires it.
const nameOf = ({ RetiringPrincipal }: Input<ListRetirableGrantsCommandInput>): string => RetiringPrincipal!;
