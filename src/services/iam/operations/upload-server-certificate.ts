import type { UploadServerCertificateCommandInput, UploadServerCertificateCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { accounts } from '../accounts.ts';
import { describeServerCertificate, describeTags } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { timestamp } from '../names.ts';
import {
  certificateExists,
  readCertificate,
  requireChain,
  requireKeyOf,
  serverCertificateResource,
  serverCertificates,
  tidyPem,
} from '../server-certificates.ts';
import { exactTags, firstTags } from '../tags.ts';
import { newUniqueId } from '../unique-ids.ts';

type UploadServerCertificate = Operation<
  'UploadServerCertificate',
  Input<UploadServerCertificateCommandInput>,
  Output<UploadServerCertificateCommandOutput>,
  readonly Resource[]
>;

/**
 * Keeps a certificate for a server with its private key, which no answer ever shows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
 */
export const uploadServerCertificate = ({ serverKeyWrap }: Iam): UploadServerCertificate => ({
  name: 'UploadServerCertificate',
  access: ({ ServerCertificateName, Path = '/', Tags }, { account }) => {
    const resource = serverCertificateResource({ account, path: Path, name: ServerCertificateName });
    return creatingWithTags({ resource }, 'iam:TagServerCertificate', Tags);
  },
  handle: (input, _certificate, { tx, account, now }) => {
    const { ServerCertificateName: name, Path = '/', CertificateBody: body, CertificateChain: chain } = input;
    const certificate = readCertificate(body);
    requireChain(chain);
    requireKeyOf(certificate, input.PrivateKey);
    if (serverCertificates.find(tx, account, name)) throw certificateExists(name);
    accounts.countOneMore(tx, account, 'ServerCertificatesPerAccount', now);
    const certificateId = newUniqueId('ASCA');
    const key = Buffer.from(input.PrivateKey);
    const record = {
      account,
      name,
      path: Path,
      certificateId,
      uploadedAt: timestamp(now),
      expiresAt: timestamp(certificate.validToDate),
      body: tidyPem(body),
      ...(chain !== undefined && { chain: tidyPem(chain) }),
      wrappedKey: serverKeyWrap.wrap(key, certificateId),
      tags: firstTags(input.Tags, exactTags),
    };
    key.fill(0);
    serverCertificates.put(tx, record);
    return {
      ServerCertificateMetadata: describeServerCertificate(record),
      ...(record.tags.length > 0 && { Tags: describeTags(record.tags) }),
    };
  },
});
