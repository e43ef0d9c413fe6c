import type { TagServerCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toServerCertificate } from '../access.ts';
import { type IamServerCertificate, serverCertificates } from '../server-certificates.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagServerCertificate = Operation<
  'TagServerCertificate',
  Input<TagServerCertificateCommandInput>,
  void,
  IamServerCertificate
>;

/**
 * Adds tags to a server certificate; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html
 */
export const tagServerCertificate: TagServerCertificate = {
  name: 'TagServerCertificate',
  access: ({ ServerCertificateName, Tags }, call) =>
    toServerCertificate(call, ServerCertificateName, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    serverCertificates.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
};
