import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { changePassword } from '../operations/change-password.ts';
import { createAccessKey } from '../operations/create-access-key.ts';
import { createLoginProfile } from '../operations/create-login-profile.ts';
import { createServiceSpecificCredential } from '../operations/create-service-specific-credential.ts';
import { deleteAccessKey } from '../operations/delete-access-key.ts';
import { deleteLoginProfile } from '../operations/delete-login-profile.ts';
import { deleteServiceSpecificCredential } from '../operations/delete-service-specific-credential.ts';
import { deleteSigningCertificate } from '../operations/delete-signing-certificate.ts';
import { deleteSshPublicKey } from '../operations/delete-ssh-public-key.ts';
import { getAccessKeyLastUsed } from '../operations/get-access-key-last-used.ts';
import { getLoginProfile } from '../operations/get-login-profile.ts';
import { getSshPublicKey } from '../operations/get-ssh-public-key.ts';
import { listAccessKeys } from '../operations/list-access-keys.ts';
import { listServiceSpecificCredentials } from '../operations/list-service-specific-credentials.ts';
import { listSigningCertificates } from '../operations/list-signing-certificates.ts';
import { listSshPublicKeys } from '../operations/list-ssh-public-keys.ts';
import { resetServiceSpecificCredential } from '../operations/reset-service-specific-credential.ts';
import { updateAccessKey } from '../operations/update-access-key.ts';
import { updateLoginProfile } from '../operations/update-login-profile.ts';
import { updateServiceSpecificCredential } from '../operations/update-service-specific-credential.ts';
import { updateSigningCertificate } from '../operations/update-signing-certificate.ts';
import { updateSshPublicKey } from '../operations/update-ssh-public-key.ts';
import { uploadSigningCertificate } from '../operations/upload-signing-certificate.ts';
import { uploadSshPublicKey } from '../operations/upload-ssh-public-key.ts';

/** Operations on what users prove themselves with: access keys, passwords, SSH keys, certificates. */
export const credentialOperations = (iam: Iam): Service['operations'] => [
  changePassword,
  createAccessKey(iam),
  createLoginProfile,
  createServiceSpecificCredential,
  deleteAccessKey(iam),
  deleteLoginProfile,
  deleteServiceSpecificCredential,
  deleteSigningCertificate,
  deleteSshPublicKey,
  getAccessKeyLastUsed(iam),
  getLoginProfile,
  getSshPublicKey,
  listAccessKeys(iam),
  listServiceSpecificCredentials,
  listSigningCertificates,
  listSshPublicKeys,
  resetServiceSpecificCredential,
  updateAccessKey(iam),
  updateLoginProfile,
  updateServiceSpecificCredential,
  updateSigningCertificate,
  updateSshPublicKey,
  uploadSigningCertificate,
  uploadSshPublicKey,
];
