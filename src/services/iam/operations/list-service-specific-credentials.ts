import type {
  ListServiceSpecificCredentialsCommandInput,
  ListServiceSpecificCredentialsCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { callingUserName, toUser } from '../access.ts';
import { describeServiceCredential } from '../descriptions.ts';
import { listed } from '../listing.ts';
import { serviceSpecificCredentials } from '../service-specific-credentials.ts';
import type { IamUser } from '../users.ts';

type ListServiceSpecificCredentials = Operation<
  'ListServiceSpecificCredentials',
  Input<ListServiceSpecificCredentialsCommandInput>,
  Output<ListServiceSpecificCredentialsCommandOutput>,
  IamUser
>;

/**
 * Lists the service-specific credentials of a user or, without a name, of the caller, without passwords.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
export const listServiceSpecificCredentials: ListServiceSpecificCredentials = {
  name: 'ListServiceSpecificCredentials',
  access: ({ UserName }, call) => toUser(call, UserName ?? callingUserName(call)),
  handle: (input, { record }, call) => {
    const { ServiceName } = input;
    const { items, truncation } = listed(
      input,
      call,
      pageOf(serviceSpecificCredentials.list(call.tx, record), ({ credentialId }) => credentialId),
      ({ serviceName }) => ServiceName === undefined || serviceName === ServiceName,
    );
    const ServiceSpecificCredentials = items.map((credential) =>
      describeServiceCredential(credential, record.userName),
    );
    return { ServiceSpecificCredentials, ...truncation };
  },
};
