import type { HandshakeParty } from '@aws-sdk/client-organizations';
import type { Finder } from './access.ts';
import { arns } from './arns.ts';
import type { InOrganization } from './resources.ts';

/** Who is invited, as policies see it: by the ARN that an account named by its id is going to have, or would have. */
export const invitedAccount =
  ({ Id, Type }: HandshakeParty): Finder<InOrganization> =>
  (organization) => ({
    arn: Type === 'ACCOUNT' ? arns.account(organization, Id!) : '*',
    account: organization.managementAccount,
    organization,
  });
