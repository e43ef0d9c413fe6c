import type { UpdateAliasCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type AliasResource, aliasResource, requireKeyIdentifier } from '../aliases.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Points an alias to another key of the account: the caller must be allowed to take it from the one and give it to the other.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
 */
export const updateAlias = ({
  keys,
  aliases,
}: Kms): Operation<
  'UpdateAlias',
  Input<UpdateAliasCommandInput>,
  Record<string, never>,
  readonly [alias: AliasResource, current: KmsKey, next: KmsKey]
> => ({
  name: 'UpdateAlias',
  access: (input, call) => {
    const alias = aliasResource(input.AliasName, call);
    requireKeyIdentifier(input.TargetKeyId);
    const { account, region, keyId } = aliases.get(call, alias.name);
    const current = keys.get(call.tx, { account, region, id: keyId });
    return [{ resource: alias }, { resource: current }, { resource: keys.resolve(input.TargetKeyId, call) }];
  },
  handle: (_input, [alias, _current, key], call) => {
    key.requireState('UpdateAlias');
    aliases.update(call.tx, aliases.get(call, alias.name), key.record, call.now);
    return {};
  },
});
