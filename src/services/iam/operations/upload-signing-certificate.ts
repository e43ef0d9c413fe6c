import type { UploadSigningCertificateCommandInput, UploadSigningCertificateCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { callingUserName, toUser } from '../access.ts';
import { describeSigningCertificate } from '../descriptions.ts';
import { timestamp } from '../names.ts';
import { requireWithinQuota } from '../quotas.ts';
import { readCertificate } from '../server-certificates.ts';
import { signingCertificates } from '../signing-certificates.ts';
import { newCertificateId } from '../unique-ids.ts';
import { type IamUser, users } from '../users.ts';

type UploadSigningCertificate = Operation<
  'UploadSigningCertificate',
  Input<UploadSigningCertificateCommandInput>,
  Output<UploadSigningCertificateCommandOutput>,
  IamUser
>;

/**
 * Keeps a certificate by which a user signs.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
 */
export const uploadSigningCertificate: UploadSigningCertificate = {
  name: 'UploadSigningCertificate',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: ({ CertificateBody }, { record: user }, { tx, now }) => {
    const { fingerprint256: fingerprint } = readCertificate(CertificateBody);
    const existing = signingCertificates.list(tx, user);
    if (existing.some((certificate) => certificate.fingerprint === fingerprint)) {
      throw fault('DuplicateCertificate', 'The certificate is associated with the user already.');
    }
    requireWithinQuota('SigningCertificatesPerUser', existing.length + 1);
    const record = {
      userId: user.userId,
      certificateId: newCertificateId(),
      body: CertificateBody,
      fingerprint,
      status: 'Active' as const,
      uploadedAt: timestamp(now),
    };
    signingCertificates.put(tx, record);
    // The user is written too, so that giving it a certificate and deleting it at the same moment collide.
    users.put(tx, { ...user });
    return { Certificate: describeSigningCertificate(record, user.userName) };
  },
};
