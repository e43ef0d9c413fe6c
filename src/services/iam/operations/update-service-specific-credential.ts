import type { UpdateServiceSpecificCredentialCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toServiceCredential } from '../access.ts';
import { serviceSpecificCredentials } from '../service-specific-credentials.ts';
import type { IamUser } from '../users.ts';

type UpdateServiceSpecificCredential = Operation<
  'UpdateServiceSpecificCredential',
  Input<UpdateServiceSpecificCredentialCommandInput>,
  void,
  IamUser
>;

/**
 * Makes a service-specific credential active or inactive.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html
 */
export const updateServiceSpecificCredential: UpdateServiceSpecificCredential = {
  name: 'UpdateServiceSpecificCredential',
  access: ({ UserName, ServiceSpecificCredentialId }, call) =>
    toServiceCredential(call, UserName, ServiceSpecificCredentialId),
  handle: ({ ServiceSpecificCredentialId, Status }, { record }, { tx }) => {
    const credential = serviceSpecificCredentials.get(tx, record, ServiceSpecificCredentialId);
    serviceSpecificCredentials.put(tx, { ...credential, status: Status });
  },
};
