import type {
  ListServiceSpecificCredentialsCommandInput,
  ListServiceSpecificCredentialsCommandOutput,
} from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { readTogether } from '../../../store/read-together.ts';
import { callingUserName, toUser } from '../access.ts';
import { describeServiceCredential } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { serviceSpecificCredentials } from '../service-specific-credentials.ts';
import { type IamUser, users } from '../users.ts';

type ListServiceSpecificCredentials = Operation<
  'ListServiceSpecificCredentials',
  Input<ListServiceSpecificCredentialsCommandInput>,
  Output<ListServiceSpecificCredentialsCommandOutput>,
  IamUser | Resource
>;

/**
 * Lists the service-specific credentials of a user or, without a name, of the caller, or of all users, without passwords.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
export const listServiceSpecificCredentials: ListServiceSpecificCredentials = {
  name: 'ListServiceSpecificCredentials',
  access: ({ UserName, AllUsers }, call) => {
    if (!AllUsers) return toUser(call, UserName ?? callingUserName(call));
    if (UserName !== undefined) throw fault('ValidationError', 'AllUsers cannot be specified together with UserName.');
    return { resource: { arn: `arn:aws:iam::${call.account}:user/*`, account: call.account } };
  },
  handle: (input, resource, call) => {
    const { ServiceName } = input;
    const { tx, account } = call;
    const owners = 'record' in resource ? [resource.record] : users.list(tx, account, everybody).items;
    const credentials = readTogether(owners, (user) =>
      serviceSpecificCredentials.list(tx, user).map((credential) => ({ ...credential, userName: user.userName })),
    ).flat();
    const { items, truncation } = listed(
      input,
      call,
      pageOf(credentials.sort(byId), ({ credentialId }) => credentialId),
      ({ serviceName }) => ServiceName === undefined || serviceName === ServiceName,
    );
    const ServiceSpecificCredentials = items.map((credential) =>
      describeServiceCredential(credential, credential.userName),
    );
    return { ServiceSpecificCredentials, ...truncation };
  },
};

const everybody = { limit: Number.MAX_SAFE_INTEGER };

const byId = (a: { readonly credentialId: string }, b: { readonly credentialId: string }): number =>
  a.credentialId < b.credentialId ? -1 : 1;
