import type {
  AccessKeyMetadata,
  AttachedPermissionsBoundary,
  Group,
  InstanceProfile,
  Policy,
  PolicyVersion,
  Role,
  RoleLastUsed,
  ServerCertificateMetadata,
  SigningCertificate,
  SSHPublicKey,
  Tag,
  User,
} from '@aws-sdk/client-iam';
import type { AccessKeyRecord } from './access-keys.ts';
import type { AttachmentCounts } from './attachments.ts';
import { type GroupRecord, groupArn } from './groups.ts';
import { type InstanceProfileRecord, instanceProfileArn } from './instance-profiles.ts';
import type { ManagedPolicy, PolicySummary, PolicyVersion as StoredVersion } from './policies.ts';
import { encodeDocument } from './policy-documents.ts';
import { type RoleRecord, roleArn } from './roles.ts';
import { type ServerCertificateRecord, serverCertificateArn } from './server-certificates.ts';
import type { ServiceSpecificCredentialRecord } from './service-specific-credentials.ts';
import type { ServiceUse } from './service-uses.ts';
import type { SigningCertificateRecord } from './signing-certificates.ts';
import type { SshPublicKeyRecord } from './ssh-public-keys.ts';
import type { Tag as StoredTag } from './tags.ts';
import { type UserRecord, userArn } from './users.ts';

/** A user as lists show it. */
export const describeUser = (record: UserRecord): User => ({
  Path: record.path,
  UserName: record.userName,
  UserId: record.userId,
  Arn: userArn(record),
  CreateDate: new Date(record.createdAt),
});

/** A user as CreateUser and GetUser show it: with boundary and tags. */
export const describeUserInFull = (record: UserRecord): User => ({
  ...describeUser(record),
  ...(record.permissionsBoundary !== undefined && {
    PermissionsBoundary: describeBoundary(record.permissionsBoundary),
  }),
  ...(record.tags.length > 0 && { Tags: describeTags(record.tags) }),
});

/** A group. */
export const describeGroup = (record: GroupRecord): Group => ({
  Path: record.path,
  GroupName: record.groupName,
  GroupId: record.groupId,
  Arn: groupArn(record),
  CreateDate: new Date(record.createdAt),
});

/** A role as lists show it. */
export const describeRole = (record: RoleRecord, trustPolicy: string): Role => ({
  ...describeRoleInBrief(record, trustPolicy),
  ...(record.description !== undefined && { Description: record.description }),
  MaxSessionDuration: record.maxSessionSeconds,
});

/** A role as CreateRole and lists of instance profiles show it. */
export const describeRoleInBrief = (record: RoleRecord, trustPolicy: string): Role => ({
  Path: record.path,
  RoleName: record.roleName,
  RoleId: record.roleId,
  Arn: roleArn(record),
  CreateDate: new Date(record.createdAt),
  AssumeRolePolicyDocument: encodeDocument(trustPolicy),
});

/** A role as GetRole shows it: with boundary and tags. */
export const describeRoleInFull = (record: RoleRecord, trustPolicy: string): Role => ({
  ...describeRole(record, trustPolicy),
  ...boundaryAndTags(record),
});

/** A role as the answer to its creation shows it: neither description nor duration. */
export const describeCreatedRole = (record: RoleRecord, trustPolicy: string): Role => ({
  ...describeRoleInBrief(record, trustPolicy),
  ...boundaryAndTags(record),
});

const boundaryAndTags = (record: RoleRecord): Pick<Role, 'PermissionsBoundary' | 'Tags'> => ({
  ...(record.permissionsBoundary !== undefined && {
    PermissionsBoundary: describeBoundary(record.permissionsBoundary),
  }),
  ...(record.tags.length > 0 && { Tags: describeTags(record.tags) }),
});

/** When and where a role was last used; empty for one that never was. */
export const describeLastUse = (use: ServiceUse | undefined): RoleLastUsed =>
  use ? { LastUsedDate: new Date(use.at), Region: use.region } : {};

/** An instance profile with its role as lists show both. */
export const describeInstanceProfile = (record: InstanceProfileRecord, role: Role | undefined): InstanceProfile => ({
  Path: record.path,
  InstanceProfileName: record.profileName,
  InstanceProfileId: record.profileId,
  Arn: instanceProfileArn(record),
  CreateDate: new Date(record.createdAt),
  Roles: role ? [role] : [],
});

/** A server certificate without the certificate itself. */
export const describeServerCertificate = (record: ServerCertificateRecord): ServerCertificateMetadata => ({
  Path: record.path,
  ServerCertificateName: record.name,
  ServerCertificateId: record.certificateId,
  Arn: serverCertificateArn(record),
  UploadDate: new Date(record.uploadedAt),
  Expiration: new Date(record.expiresAt),
});

/** A signing certificate. */
export const describeSigningCertificate = (record: SigningCertificateRecord, userName: string): SigningCertificate => ({
  UserName: userName,
  CertificateId: record.certificateId,
  CertificateBody: record.body,
  Status: record.status,
  UploadDate: new Date(record.uploadedAt),
});

/** An SSH public key. @param body in the encoding asked for */
export const describeSshPublicKey = (record: SshPublicKeyRecord, userName: string, body: string): SSHPublicKey => ({
  UserName: userName,
  SSHPublicKeyId: record.keyId,
  Fingerprint: record.fingerprint,
  SSHPublicKeyBody: body,
  Status: record.status,
  UploadDate: new Date(record.uploadedAt),
});

/** A service-specific credential without its password. */
export const describeServiceCredential = (record: ServiceSpecificCredentialRecord, userName: string) => ({
  UserName: userName,
  ServiceName: record.serviceName,
  ServiceUserName: record.serviceUserName,
  ServiceSpecificCredentialId: record.credentialId,
  Status: record.status,
  CreateDate: new Date(record.createdAt),
});

/** Tags as answers show them. */
export const describeTags = (tags: readonly StoredTag[]): Tag[] => tags.map(({ Key, Value }) => ({ Key, Value }));

/** An access key without its secret. */
export const describeAccessKey = (record: AccessKeyRecord, userName: string | undefined): AccessKeyMetadata => ({
  UserName: userName,
  AccessKeyId: record.accessKeyId,
  Status: record.status,
  CreateDate: new Date(record.createdAt),
});

/** A managed policy as lists show it. */
export const describePolicy = (policy: PolicySummary, counts: AttachmentCounts): Policy => ({
  PolicyName: policy.policyName,
  PolicyId: policy.policyId,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: counts.PermissionsPolicy,
  PermissionsBoundaryUsageCount: counts.PermissionsBoundary,
  IsAttachable: policy.isAttachable,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
});

/** A managed policy as GetPolicy shows it: with description and tags. */
export const describePolicyInFull = (policy: PolicySummary, counts: AttachmentCounts): Policy => ({
  ...describePolicy(policy, counts),
  ...(policy.description !== undefined && { Description: policy.description }),
  Tags: describeTags(policy.tags),
});

/** A version as lists show it. */
export const describeVersion = (policy: ManagedPolicy, version: StoredVersion): PolicyVersion => ({
  VersionId: version.versionId,
  IsDefaultVersion: version.versionId === policy.defaultVersionId,
  CreateDate: new Date(version.createdAt),
});

/** A version as GetPolicyVersion shows it: with its document. */
export const describeVersionInFull = (policy: ManagedPolicy, version: StoredVersion): PolicyVersion => ({
  Document: encodeDocument(version.document),
  ...describeVersion(policy, version),
});

/** The managed policy that bounds a user or role. */
export const describeBoundary = (arn: string): AttachedPermissionsBoundary => ({
  // The model's enum has `PermissionsBoundaryPolicy` only; IAM answers `Policy`.
  // See the example output of `aws iam get-role` in the AWS CLI reference.
  PermissionsBoundaryType: 'Policy' as 'PermissionsBoundaryPolicy',
  PermissionsBoundaryArn: arn,
});
