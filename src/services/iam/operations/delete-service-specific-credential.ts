import type { DeleteServiceSpecificCredentialCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toServiceCredential } from '../access.ts';
import { serviceSpecificCredentials } from '../service-specific-credentials.ts';
import type { IamUser } from '../users.ts';

type DeleteServiceSpecificCredential = Operation<
  'DeleteServiceSpecificCredential',
  Input<DeleteServiceSpecificCredentialCommandInput>,
  void,
  IamUser
>;

/**
 * Deletes a service-specific credential.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html
 */
export const deleteServiceSpecificCredential: DeleteServiceSpecificCredential = {
  name: 'DeleteServiceSpecificCredential',
  access: ({ UserName, ServiceSpecificCredentialId }, call) =>
    toServiceCredential(call, UserName, ServiceSpecificCredentialId),
  handle: ({ ServiceSpecificCredentialId }, { record }, { tx }) =>
    serviceSpecificCredentials.delete(tx, serviceSpecificCredentials.get(tx, record, ServiceSpecificCredentialId)),
};
