import type { ListSigningCertificatesCommandInput, ListSigningCertificatesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { callingUserName, toUser } from '../access.ts';
import { describeSigningCertificate } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { signingCertificates } from '../signing-certificates.ts';
import type { IamUser } from '../users.ts';

type ListSigningCertificates = Operation<
  'ListSigningCertificates',
  Input<ListSigningCertificatesCommandInput>,
  Output<ListSigningCertificatesCommandOutput>,
  IamUser
>;

/**
 * Lists the certificates by which a user or, without a name, the caller signs.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
 */
export const listSigningCertificates: ListSigningCertificates = {
  name: 'ListSigningCertificates',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (input, { record }, call) => {
    const { items, truncation } = listed(
      input,
      call,
      pageOf(signingCertificates.list(call.tx, record), ({ certificateId }) => certificateId),
    );
    const Certificates = items.map((certificate) => describeSigningCertificate(certificate, record.userName));
    return { Certificates, ...truncation };
  },
};
