import type { CreateAliasCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type AliasResource, aliasResource, requireKeyIdentifier } from '../aliases.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Gives a key of the account a name.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
export const createAlias = ({
  keys,
  aliases,
}: Kms): Operation<
  'CreateAlias',
  Input<CreateAliasCommandInput>,
  Record<string, never>,
  readonly [AliasResource, KmsKey]
> => ({
  name: 'CreateAlias',
  access: (input, call) => {
    const alias = aliasResource(input.AliasName, call);
    requireKeyIdentifier(input.TargetKeyId);
    return [{ resource: alias }, { resource: keys.resolve(input.TargetKeyId, call) }];
  },
  handle: (_input, [alias, key], { tx, now }) => {
    key.requireState('CreateAlias');
    aliases.create(tx, alias.name, key.record, now);
    return {};
  },
});
