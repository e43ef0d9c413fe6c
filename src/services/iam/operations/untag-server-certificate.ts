import type { UntagServerCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toServerCertificate } from '../access.ts';
import { type IamServerCertificate, serverCertificates } from '../server-certificates.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagServerCertificate = Operation<
  'UntagServerCertificate',
  Input<UntagServerCertificateCommandInput>,
  void,
  IamServerCertificate
>;

/**
 * Takes tags off a server certificate; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html
 */
export const untagServerCertificate: UntagServerCertificate = {
  name: 'UntagServerCertificate',
  access: ({ ServerCertificateName, TagKeys }, call) =>
    toServerCertificate(call, ServerCertificateName, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    serverCertificates.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
};
