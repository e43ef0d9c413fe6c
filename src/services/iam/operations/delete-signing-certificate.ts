import type { DeleteSigningCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { signingCertificates } from '../signing-certificates.ts';
import type { IamUser } from '../users.ts';

type DeleteSigningCertificate = Operation<
  'DeleteSigningCertificate',
  Input<DeleteSigningCertificateCommandInput>,
  void,
  IamUser
>;

/**
 * Deletes a user's signing certificate.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html
 */
export const deleteSigningCertificate: DeleteSigningCertificate = {
  name: 'DeleteSigningCertificate',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: ({ CertificateId }, { record }, { tx }) =>
    signingCertificates.delete(tx, signingCertificates.get(tx, record, CertificateId)),
};
