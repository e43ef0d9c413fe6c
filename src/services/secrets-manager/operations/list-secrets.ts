import type { ListSecretsCommandInput, ListSecretsCommandOutput } from '@aws-sdk/client-secrets-manager';
import { anyResource, type Input, type Operation, type Output, type Resource } from '../../../kernel/operation.ts';
import { described, stagesByVersion } from '../descriptions.ts';
import { keepsOf } from '../filters.ts';
import { inOrderOf, listPage } from '../listing.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type ListSecrets = Operation<'ListSecrets', Input<ListSecretsCommandInput>, Output<ListSecretsCommandOutput>, Resource>;

/**
 * Pages through the secrets of the account in this Region.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
export const listSecrets = ({ secrets }: SecretsManager): ListSecrets => ({
  name: 'ListSecrets',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const keeps = keepsOf(input.Filters ?? []);
    const { items, next } = listPage(
      input,
      call,
      usual,
      inOrderOf(secrets, input, call),
      (record) => (input.IncludePlannedDeletion || record.deletesAt === undefined) && keeps(record),
    );
    const list = items.map((record) => {
      const stages = stagesByVersion(record);
      return { ...described(record), ...(stages && { SecretVersionsToStages: stages }) };
    });
    return { SecretList: list, ...next };
  },
});

const usual = 100;
