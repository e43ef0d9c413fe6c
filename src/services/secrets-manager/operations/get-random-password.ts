import type { GetRandomPasswordCommandInput, GetRandomPasswordCommandOutput } from '@aws-sdk/client-secrets-manager';
import { anyResource, type Input, type Operation, type Output, type Resource } from '../../../kernel/operation.ts';
import { randomPassword } from '../random-password.ts';

type GetRandomPassword = Operation<
  'GetRandomPassword',
  Input<GetRandomPasswordCommandInput>,
  Output<GetRandomPasswordCommandOutput>,
  Resource
>;

/**
 * Draws a password.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
export const getRandomPassword: GetRandomPassword = {
  name: 'GetRandomPassword',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input) => ({ RandomPassword: randomPassword(input) }),
};
