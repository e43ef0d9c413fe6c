import type {
  ResetServiceSpecificCredentialCommandInput,
  ResetServiceSpecificCredentialCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toServiceCredential } from '../access.ts';
import { describeServiceCredential } from '../descriptions.ts';
import { hashPassword } from '../passwords.ts';
import { newServicePassword, serviceSpecificCredentials } from '../service-specific-credentials.ts';
import type { IamUser } from '../users.ts';

type ResetServiceSpecificCredential = Operation<
  'ResetServiceSpecificCredential',
  Input<ResetServiceSpecificCredentialCommandInput>,
  Output<ResetServiceSpecificCredentialCommandOutput>,
  IamUser
>;

/**
 * Gives a service-specific credential another password, which is in this answer and nowhere else.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html
 */
export const resetServiceSpecificCredential: ResetServiceSpecificCredential = {
  name: 'ResetServiceSpecificCredential',
  access: ({ UserName, ServiceSpecificCredentialId }, call) =>
    toServiceCredential(call, UserName, ServiceSpecificCredentialId),
  handle: async ({ ServiceSpecificCredentialId }, { record: user }, { tx }) => {
    const credential = serviceSpecificCredentials.get(tx, user, ServiceSpecificCredentialId);
    const password = newServicePassword();
    serviceSpecificCredentials.put(tx, { ...credential, passwordHash: await hashPassword(password) });
    return {
      ServiceSpecificCredential: { ...describeServiceCredential(credential, user.userName), ServicePassword: password },
    };
  },
};
