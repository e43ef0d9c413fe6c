import type {
  GetContextKeysForCustomPolicyCommandInput,
  GetContextKeysForCustomPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { contextKeysOf } from '../context-keys.ts';
import { parseInput } from '../simulation.ts';

type GetContextKeysForCustomPolicy = Operation<
  'GetContextKeysForCustomPolicy',
  Input<GetContextKeysForCustomPolicyCommandInput>,
  Output<GetContextKeysForCustomPolicyCommandOutput>
>;

/**
 * Lists the condition keys and variables that the policies in the request name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */
export const getContextKeysForCustomPolicy: GetContextKeysForCustomPolicy = {
  name: 'GetContextKeysForCustomPolicy',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: async ({ PolicyInputList }, _resource, { account }) => ({
    ContextKeyNames: contextKeysOf(await parseInput(account, PolicyInputList)),
  }),
};
