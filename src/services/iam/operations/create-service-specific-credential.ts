import type {
  CreateServiceSpecificCredentialCommandInput,
  CreateServiceSpecificCredentialCommandOutput,
} from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { describeServiceCredential } from '../descriptions.ts';
import { timestamp } from '../names.ts';
import { hashPassword } from '../passwords.ts';
import { requireWithinQuota } from '../quotas.ts';
import { newServicePassword, requireSupported, serviceSpecificCredentials } from '../service-specific-credentials.ts';
import { newUniqueId } from '../unique-ids.ts';
import { type IamUser, users } from '../users.ts';

type CreateServiceSpecificCredential = Operation<
  'CreateServiceSpecificCredential',
  Input<CreateServiceSpecificCredentialCommandInput>,
  Output<CreateServiceSpecificCredentialCommandOutput>,
  IamUser
>;

/**
 * Gives a user a name and password for a service that takes no signatures. The password is in this answer and nowhere else.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
export const createServiceSpecificCredential: CreateServiceSpecificCredential = {
  name: 'CreateServiceSpecificCredential',
  access: ({ UserName, ServiceName, CredentialAgeDays: days }, call) =>
    toUser(call, UserName, {
      'iam:ServiceSpecificCredentialAgeDays': days === undefined ? undefined : String(days),
      'iam:ServiceSpecificCredentialServiceName': ServiceName,
    }),
  handle: async ({ ServiceName, CredentialAgeDays }, { record: user }, { tx, now }) => {
    requireSupported(ServiceName);
    if (CredentialAgeDays !== undefined) {
      throw fault('ValidationError', `Credentials for ${ServiceName} do not expire: leave CredentialAgeDays out.`);
    }
    const existing = serviceSpecificCredentials.list(tx, user).filter(({ serviceName }) => serviceName === ServiceName);
    requireWithinQuota('ServiceSpecificCredentialsPerUser', existing.length + 1);
    const password = newServicePassword();
    const record = {
      userId: user.userId,
      credentialId: newUniqueId('ACCA'),
      serviceName: ServiceName,
      serviceUserName: `${user.userName}${existing.length > 0 ? `+${existing.length}` : ''}-at-${user.account}`,
      passwordHash: await hashPassword(password),
      status: 'Active' as const,
      createdAt: timestamp(now),
    };
    serviceSpecificCredentials.put(tx, record);
    // The user is written too, so that giving it a credential and deleting it at the same moment collide.
    users.put(tx, { ...user });
    return {
      ServiceSpecificCredential: { ...describeServiceCredential(record, user.userName), ServicePassword: password },
    };
  },
};
