import type {
  ListServerCertificateTagsCommandInput,
  ListServerCertificateTagsCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toServerCertificate } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamServerCertificate } from '../server-certificates.ts';

type ListServerCertificateTags = Operation<
  'ListServerCertificateTags',
  Input<ListServerCertificateTagsCommandInput>,
  Output<ListServerCertificateTagsCommandOutput>,
  IamServerCertificate
>;

/**
 * Lists the tags of a server certificate by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html
 */
export const listServerCertificateTags: ListServerCertificateTags = {
  name: 'ListServerCertificateTags',
  access: ({ ServerCertificateName }, call) => toServerCertificate(call, ServerCertificateName),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
