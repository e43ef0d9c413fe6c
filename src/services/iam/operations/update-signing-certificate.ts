import type { UpdateSigningCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { signingCertificates } from '../signing-certificates.ts';
import type { IamUser } from '../users.ts';

type UpdateSigningCertificate = Operation<
  'UpdateSigningCertificate',
  Input<UpdateSigningCertificateCommandInput>,
  void,
  IamUser
>;

/**
 * Makes a user's signing certificate active or inactive.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html
 */
export const updateSigningCertificate: UpdateSigningCertificate = {
  name: 'UpdateSigningCertificate',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: ({ CertificateId, Status }, { record }, { tx }) =>
    signingCertificates.put(tx, { ...signingCertificates.get(tx, record, CertificateId), status: Status }),
};
