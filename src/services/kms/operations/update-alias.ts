import type { UpdateAliasCommandInput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { type AliasResource, aliasResource, requireKeyIdentifier } from '../aliases.ts';
import { keySpecs } from '../key-specs.ts';
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
  handle: (_input, [alias, current, key], call) => {
    key.requireState('UpdateAlias');
    requireSameType(current, key);
    aliases.update(call.tx, aliases.get(call, alias.name), key.record, call.now);
    return {};
  },
});

/** @throws {Fault} ValidationException: what uses the alias could not use the new key */
const requireSameType = ({ record: current }: KmsKey, { record: next }: KmsKey): void => {
  const same = keySpecs[current.keySpec]!.material.kind === keySpecs[next.keySpec]!.material.kind;
  if (same && current.keyUsage === next.keyUsage) return;
  throw fault('ValidationException', 'An alias can only be moved to a KMS key of the same type and key usage.');
};
