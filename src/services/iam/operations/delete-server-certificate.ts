import type { DeleteServerCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toServerCertificate } from '../access.ts';
import { accounts } from '../accounts.ts';
import { type IamServerCertificate, serverCertificates } from '../server-certificates.ts';

type DeleteServerCertificate = Operation<
  'DeleteServerCertificate',
  Input<DeleteServerCertificateCommandInput>,
  void,
  IamServerCertificate
>;

/**
 * Deletes a server certificate with its private key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
 */
export const deleteServerCertificate: DeleteServerCertificate = {
  name: 'DeleteServerCertificate',
  access: ({ ServerCertificateName }, call) => toServerCertificate(call, ServerCertificateName),
  handle: (_input, { record }, { tx, account }) => {
    serverCertificates.delete(tx, record);
    accounts.countOneLess(tx, account, 'ServerCertificatesPerAccount');
  },
};
