import type { DeleteAliasCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type AliasResource, aliasResource } from '../aliases.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Deletes an alias; the key it named stays as it is.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
 */
export const deleteAlias = ({
  keys,
  aliases,
}: Kms): Operation<
  'DeleteAlias',
  Input<DeleteAliasCommandInput>,
  Record<string, never>,
  readonly [AliasResource, KmsKey]
> => ({
  name: 'DeleteAlias',
  access: (input, call) => {
    const alias = aliasResource(input.AliasName, call);
    const { account, region, keyId } = aliases.get(call, alias.name);
    return [{ resource: alias }, { resource: keys.get(call.tx, { account, region, id: keyId }) }];
  },
  handle: (_input, [alias], call) => {
    aliases.delete(call.tx, aliases.get(call, alias.name));
    return {};
  },
});
