import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { deleteServerCertificate } from '../operations/delete-server-certificate.ts';
import { getServerCertificate } from '../operations/get-server-certificate.ts';
import { listServerCertificateTags } from '../operations/list-server-certificate-tags.ts';
import { listServerCertificates } from '../operations/list-server-certificates.ts';
import { tagServerCertificate } from '../operations/tag-server-certificate.ts';
import { untagServerCertificate } from '../operations/untag-server-certificate.ts';
import { updateServerCertificate } from '../operations/update-server-certificate.ts';
import { uploadServerCertificate } from '../operations/upload-server-certificate.ts';

/** Operations on server certificates. */
export const serverCertificateOperations = (iam: Iam): Service['operations'] => [
  deleteServerCertificate,
  getServerCertificate,
  listServerCertificateTags,
  listServerCertificates,
  tagServerCertificate,
  untagServerCertificate,
  updateServerCertificate,
  uploadServerCertificate(iam),
];
