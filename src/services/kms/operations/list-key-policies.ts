import type { ListKeyPoliciesCommandInput, ListKeyPoliciesCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { keyPolicyName } from '../key-policy.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the names of the key policies: a key has one, `default`.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
 */
export const listKeyPolicies = ({
  keys,
}: Kms): Operation<
  'ListKeyPolicies',
  Input<ListKeyPoliciesCommandInput>,
  Output<ListKeyPoliciesCommandOutput>,
  KmsKey
> => ({
  name: 'ListKeyPolicies',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (input, _key, call) => {
    const names = pageOf([keyPolicyName], (name) => name);
    const { items, truncation } = listPage(input, call, { default: 100 }, names);
    return { PolicyNames: items, ...truncation };
  },
});
