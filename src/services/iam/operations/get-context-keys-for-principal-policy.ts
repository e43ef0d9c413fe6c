import type {
  GetContextKeysForPrincipalPolicyCommandInput,
  GetContextKeysForPrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { contextKeysOf } from '../context-keys.ts';
import { entityResource, holdersOf, type IamEntity } from '../entities.ts';
import { documentsOf } from '../held-documents.ts';
import { parseInput } from '../simulation.ts';

type GetContextKeysForPrincipalPolicy = Operation<
  'GetContextKeysForPrincipalPolicy',
  Input<GetContextKeysForPrincipalPolicyCommandInput>,
  Output<GetContextKeysForPrincipalPolicyCommandOutput>,
  IamEntity
>;

/**
 * Lists the condition keys and variables that the policies of a user, group or role name, and those in the request.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
 */
export const getContextKeysForPrincipalPolicy: GetContextKeysForPrincipalPolicy = {
  name: 'GetContextKeysForPrincipalPolicy',
  access: ({ PolicySourceArn }, { tx }) => ({ resource: entityResource(tx, PolicySourceArn) }),
  handle: async ({ PolicyInputList = [] }, { record }, { tx, account }) => {
    const held = documentsOf(tx, holdersOf(tx, record)).map(({ policy }) => policy);
    return { ContextKeyNames: contextKeysOf([...held, ...(await parseInput(account, PolicyInputList))]) };
  },
};
