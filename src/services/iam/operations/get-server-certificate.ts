import type { GetServerCertificateCommandInput, GetServerCertificateCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toServerCertificate } from '../access.ts';
import { describeServerCertificate, describeTags } from '../descriptions.ts';
import type { IamServerCertificate } from '../server-certificates.ts';

type GetServerCertificate = Operation<
  'GetServerCertificate',
  Input<GetServerCertificateCommandInput>,
  Output<GetServerCertificateCommandOutput>,
  IamServerCertificate
>;

/**
 * Shows a server certificate without its private key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
 */
export const getServerCertificate: GetServerCertificate = {
  name: 'GetServerCertificate',
  access: ({ ServerCertificateName }, call) => toServerCertificate(call, ServerCertificateName),
  handle: (_input, { record }) => ({
    ServerCertificate: {
      ServerCertificateMetadata: describeServerCertificate(record),
      CertificateBody: record.body,
      CertificateChain: record.chain,
      Tags: describeTags(record.tags),
    },
  }),
};
