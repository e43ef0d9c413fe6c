import type { EnableAllFeaturesCommandInput, EnableAllFeaturesCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { offerAllFeatures } from '../all-features.ts';
import { toHandshake } from '../describe-handshake.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Begins to turn an organization of consolidated billing into one with all features: every invited account is asked.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAllFeatures.html
 */
export const enableAllFeatures: Operation<
  'EnableAllFeatures',
  Input<EnableAllFeaturesCommandInput>,
  Output<EnableAllFeaturesCommandOutput>,
  InOrganization
> = {
  name: 'EnableAllFeatures',
  access: (_input, call) => ({ resource: organizationAs(call, 'manager') }),
  handle: (_input, { organization }, { tx, now }) => ({
    Handshake: toHandshake(offerAllFeatures(tx, organization, now)),
  }),
};
