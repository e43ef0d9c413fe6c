import type { ListGrantsCommandInput, ListGrantsCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { PageRequest } from '../../../store/collection.ts';
import { grantIsForAwsResource } from '../conditions.ts';
import type { GrantRecord } from '../grant-record.ts';
import { requireGrantId, toGrantEntry } from '../grants.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the grants of a key, by id: all, one, or those of one grantee principal.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
export const listGrants = ({
  keys,
  grants,
  principals,
}: Kms): Operation<'ListGrants', Input<ListGrantsCommandInput>, Output<ListGrantsCommandOutput>, KmsKey> => ({
  name: 'ListGrants',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call), conditions: grantIsForAwsResource(call) }),
  handle: (input, { record }, call) => {
    const { tx } = call;
    const { GrantId, GranteePrincipal } = input;
    if (GrantId !== undefined) requireGrantId(GrantId);
    // A principal that is gone is listed under its unique id.
    const grantee = GranteePrincipal && (principals.toStored(tx, GranteePrincipal) ?? GranteePrincipal);
    const ofGrantee = (grant: GrantRecord) => grantee === undefined || grant.grantee === grantee;
    const chosen = (): readonly GrantRecord[] | undefined => {
      if (GrantId !== undefined) return [grants.find(tx, record, GrantId)].filter((grant) => grant !== undefined);
      return grantee === undefined ? undefined : grants.ofGrantee(tx, record, grantee);
    };
    const some = chosen();
    const read = some && pageOf(some.filter(ofGrantee), ({ id }) => id);
    const all = (page: PageRequest) => grants.list(tx, record, page);
    const { items, truncation } = listPage(input, call, { default: 50, max: 100 }, read ?? all);
    return { Grants: items.map((grant) => toGrantEntry(grant, tx, principals)), ...truncation };
  },
});
