import type { ListServerCertificatesCommandInput, ListServerCertificatesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeServerCertificate } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { serverCertificates } from '../server-certificates.ts';

type ListServerCertificates = Operation<
  'ListServerCertificates',
  Input<ListServerCertificatesCommandInput>,
  Output<ListServerCertificatesCommandOutput>
>;

/**
 * Lists the account's server certificates by name, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
 */
export const listServerCertificates: ListServerCertificates = {
  name: 'ListServerCertificates',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:server-certificate${PathPrefix}`, account },
  }),
  handle: (input, _resource, call) => {
    const { PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => serverCertificates.list(call.tx, call.account, page),
      ({ path }) => path.startsWith(PathPrefix),
    );
    return { ServerCertificateMetadataList: items.map(describeServerCertificate), ...truncation };
  },
};
