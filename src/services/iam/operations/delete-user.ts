import type { DeleteUserCommandInput } from '@aws-sdk/client-iam';
import { type Fault, fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Transaction } from '../../../store/store.ts';
import { toUser } from '../access.ts';
import { accounts } from '../accounts.ts';
import { requireNoPolicies, setBoundary } from '../held-policies.ts';
import type { Iam } from '../iam.ts';
import { loginProfiles } from '../login-profiles.ts';
import type { MfaDevices } from '../mfa-devices.ts';
import { userHolder } from '../policy-holders.ts';
import { serviceSpecificCredentials } from '../service-specific-credentials.ts';
import { forgetServiceUses } from '../service-uses.ts';
import { signingCertificates } from '../signing-certificates.ts';
import { sshPublicKeys } from '../ssh-public-keys.ts';
import { type IamUser, type UserRecord, users } from '../users.ts';

type DeleteUser = Operation<'DeleteUser', Input<DeleteUserCommandInput>, void, IamUser>;

/**
 * Deletes a user that has nothing left: IAM wants policies and access keys gone before.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export const deleteUser = ({ mfaDevices }: Iam): DeleteUser => ({
  name: 'DeleteUser',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: (_input, { record }, { tx, account }) => {
    requireNothingLeft(tx, record, mfaDevices);
    if (record.permissionsBoundary !== undefined) setBoundary(tx, userHolder(record), undefined);
    users.delete(tx, record);
    forgetServiceUses(tx, record.userId);
    accounts.countOneLess(tx, account, 'UsersPerAccount');
  },
});

const requireNothingLeft = (tx: Transaction, user: UserRecord, mfaDevices: MfaDevices): void => {
  if (user.groupNames.length > 0) throw conflict('must remove users from group first.');
  requireNoPolicies(user);
  if (user.accessKeyIds.length > 0) throw conflict('must delete access keys first.');
  if (signingCertificates.list(tx, user).length > 0) throw conflict('must delete signing certificates first.');
  if (sshPublicKeys.list(tx, user).length > 0) throw conflict('must delete SSH public keys first.');
  if (serviceSpecificCredentials.list(tx, user).length > 0)
    throw conflict('must delete service specific credentials first.');
  if (mfaDevices.listOf(tx, user.userId).length > 0) throw conflict('must delete MFA device first.');
  if (loginProfiles.find(tx, user)) throw conflict('must delete login profile first.');
};

const conflict = (what: string): Fault => fault('DeleteConflict', `Cannot delete entity, ${what}`);
