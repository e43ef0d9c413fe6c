import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Access, Conditions } from '../../kernel/operation.ts';
import { type AccessKeyOwner, findOwner, rootOwner } from './access-key-owners.ts';
import { accounts } from './accounts.ts';
import { groups, type IamGroup } from './groups.ts';
import { type IamInstanceProfile, instanceProfiles } from './instance-profiles.ts';
import type { IamMfaDevice, MfaDevices } from './mfa-devices.ts';
import { type IamOidcProvider, oidcProviders } from './oidc-providers.ts';
import { type IamPolicy, type PolicyRecord, policies } from './policies.ts';
import { type IamRole, type RoleRecord, roles } from './roles.ts';
import { type IamSamlProvider, samlProviders } from './saml-providers.ts';
import { type IamServerCertificate, serverCertificates } from './server-certificates.ts';
import { serviceSpecificCredentials } from './service-specific-credentials.ts';
import { type IamUser, type UserRecord, users } from './users.ts';

/** Asks for a user of the caller's account; IAM's refusals name it `user bob`, not by ARN. */
export const toUser = (call: Call, userName: string, conditions: Conditions = {}): Access<IamUser> => ({
  resource: users.resource(call.tx, call.account, userName),
  deniedOn: ` on resource: user ${userName}`,
  conditions,
});

/** As {@link toUser}, for operations that change what the user may do: with the boundary that holds it. */
export const toBoundedUser = (call: Call, userName: string, conditions: Conditions = {}): Access<IamUser> => {
  const access = toUser(call, userName);
  return { ...access, conditions: { ...boundaryCondition(access), ...conditions } };
};

/** As {@link toUser}, or the caller, for operations on one of the user's service-specific credentials: with its service. */
export const toServiceCredential = (
  call: Call,
  userName: string | undefined,
  credentialId: string,
): Access<IamUser> => {
  const access = toUser(call, userName ?? callingUserName(call));
  const found =
    'record' in access.resource && serviceSpecificCredentials.find(call.tx, access.resource.record, credentialId);
  const conditions = { 'iam:ServiceSpecificCredentialServiceName': found ? found.serviceName : undefined };
  return { ...access, conditions };
};

/** Asks for a group of the caller's account. */
export const toGroup = (call: Call, groupName: string, conditions: Conditions = {}): Access<IamGroup> => ({
  resource: groups.resource(call.tx, call.account, groupName),
  deniedOn: ` on resource: group ${groupName}`,
  conditions,
});

/** As {@link toGroup}, for a user's membership: that there is no such user is told first. */
export const toMembership = (call: Call, groupName: string, userName: string): Access<IamGroup> => {
  const access = toGroup(call, groupName);
  const { absent } = users.resource(call.tx, call.account, userName);
  return absent ? { ...access, resource: { ...access.resource, absent } } : access;
};

/** Asks for a role of the caller's account. */
export const toRole = (call: Call, roleName: string, conditions: Conditions = {}): Access<IamRole> => ({
  resource: roles.resource(call.tx, call.account, roleName),
  deniedOn: ` on resource: role ${roleName}`,
  conditions,
});

/** As {@link toRole}, for operations that show the role, or change what it is and may do: with the boundary that holds it. */
export const toBoundedRole = (call: Call, roleName: string, conditions: Conditions = {}): Access<IamRole> => {
  const access = toRole(call, roleName);
  return { ...access, conditions: { ...boundaryCondition(access), ...conditions } };
};

/** Asks for an instance profile of the caller's account. */
export const toInstanceProfile = (
  call: Call,
  profileName: string,
  conditions: Conditions = {},
): Access<IamInstanceProfile> => ({
  resource: instanceProfiles.resource(call.tx, call.account, profileName),
  deniedOn: ` on resource: instance profile ${profileName}`,
  conditions,
});

/** Asks for a virtual MFA device of the caller's account. */
export const toMfaDevice = (
  devices: MfaDevices,
  call: Call,
  serialNumber: string,
  conditions: Conditions = {},
): Access<IamMfaDevice> => ({ resource: devices.resource(call.tx, call.account, serialNumber), conditions });

/** Asks for an OpenID Connect provider of the caller's account. */
export const toOidcProvider = (call: Call, arn: string, conditions: Conditions = {}): Access<IamOidcProvider> => ({
  resource: oidcProviders.resource(call.tx, call.account, arn),
  conditions,
});

/** Asks for a SAML provider of the caller's account. */
export const toSamlProvider = (call: Call, arn: string, conditions: Conditions = {}): Access<IamSamlProvider> => ({
  resource: samlProviders.resource(call.tx, call.account, arn),
  conditions,
});

/** Asks for a server certificate of the caller's account. */
export const toServerCertificate = (
  call: Call,
  name: string,
  conditions: Conditions = {},
): Access<IamServerCertificate> => ({
  resource: serverCertificates.resource(call.tx, call.account, name),
  deniedOn: ` on resource: server certificate ${name}`,
  conditions,
});

/** Asks for the owner of access keys: the named user or, without a name, the caller. */
export const toAccessKeyOwner = (call: Call, userName: string | undefined): Access<AccessKeyOwner> => {
  if (userName === undefined && call.caller.kind === 'root') {
    return { resource: rootOwner(accounts.findOrNew(call.tx, call.account, call.now)) };
  }
  const name = userName ?? callingUserName(call);
  return { resource: findOwner(call.tx, call.account, name), deniedOn: ` on resource: user ${name}` };
};

/** Asks to read a managed policy, of the account or of AWS. */
export const toPolicy = (call: Call, arn: string, absentMessage?: string): Access<IamPolicy> => ({
  resource: policies.resource(call.tx, call.account, arn, absentMessage),
  deniedOn: ` on resource: policy ${arn}`,
});

/** Asks to change a customer managed policy. */
export const toOwnPolicy = (call: Call, arn: string): Access<IamPolicy<PolicyRecord>> => ({
  resource: policies.ownedResource(call.tx, arn),
  deniedOn: ` on resource: policy ${arn}`,
});

/**
 * The name of the user who calls, for operations that are about the caller when they name nobody.
 *
 * @throws {Fault} `ValidationError` for callers that are no user
 */
export const callingUserName = ({ caller }: Call): string => {
  if (caller.kind === 'user') return caller.userName!;
  throw fault('ValidationError', 'Must specify userName when calling with non-User credentials');
};

/**
 * Splits a user's ARN.
 *
 * @throws {Fault} `InvalidInput`
 */
export const parseUserArn = (arn: string): { account: string; userName: string } => {
  const match = /^arn:aws:iam::(\d{12}):user\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/.exec(arn);
  if (!match) throw fault('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  return { account: match[1]!, userName: match[2]! };
};

const boundaryCondition = ({ resource }: Access<IamUser> | Access<IamRole>): Conditions => {
  const record: UserRecord | RoleRecord | undefined = 'record' in resource ? resource.record : undefined;
  return { 'iam:PermissionsBoundary': record?.permissionsBoundary };
};
