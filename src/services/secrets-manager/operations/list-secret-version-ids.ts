import type {
  ListSecretVersionIdsCommandInput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toVersion } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { labelsOf } from '../staging.ts';

type ListSecretVersionIds = Operation<
  'ListSecretVersionIds',
  Input<ListSecretVersionIdsCommandInput>,
  Output<ListSecretVersionIdsCommandOutput>,
  SecretResource
>;

/**
 * Pages through the versions of a secret, the newest first; those without a label only where they are asked for.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
 */
export const listSecretVersionIds = ({ secrets }: SecretsManager): ListSecretVersionIds => ({
  name: 'ListSecretVersionIds',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (input, { record, arn }, call) => {
    const ids = Object.keys(record.versions)
      .filter((id) => input.IncludeDeprecated || labelsOf(record, id).length > 0)
      .sort((a, b) => record.versions[b]!.createdAt - record.versions[a]!.createdAt || (a < b ? -1 : 1));
    const { items, next } = listPage(input, call, usual, ({ after, limit }) => {
      const start = after === undefined ? 0 : ids.indexOf(after) + 1;
      const shown = ids.slice(start, start + limit);
      return { items: shown, next: start + limit < ids.length ? shown.at(-1) : undefined };
    });
    return { ARN: arn, Name: record.name, Versions: items.map((id) => toVersion(record, id)), ...next };
  },
});

const usual = 100;
