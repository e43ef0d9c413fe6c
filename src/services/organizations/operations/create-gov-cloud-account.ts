import type {
  CreateGovCloudAccountCommandInput,
  CreateGovCloudAccountCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags, taggedFromTheStart } from '../../../kernel/request-tags.ts';
import { organizationAs } from '../access.ts';
import { constraintViolation } from '../faults.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Refuses: a server has one partition, so no management account has an account in AWS GovCloud.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateGovCloudAccount.html
 */
export const createGovCloudAccount: Operation<
  'CreateGovCloudAccount',
  Input<CreateGovCloudAccountCommandInput>,
  Output<CreateGovCloudAccountCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> = {
  name: 'CreateGovCloudAccount',
  access: (input, call) =>
    creatingWithTags(
      { resource: taggedFromTheStart(organizationAs(call, 'manager'), input.Tags) },
      'organizations:TagResource',
      input.Tags,
    ),
  handle: () => {
    throw constraintViolation(
      'MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED',
      'To complete this operation, the management account must have an associated account in the AWS GovCloud (US-West) Region.',
    );
  },
};
