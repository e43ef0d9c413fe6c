import type {
  ListSecretVersionIdsCommandInput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toVersion } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { SecretRecord } from '../secret-record.ts';
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
    const places = Object.keys(record.versions)
      .filter((id) => input.IncludeDeprecated || labelsOf(record, id).length > 0)
      .map((id) => ({ id, place: newestFirst(record, id) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const read = pageOf(places, ({ place }) => place);
    const { items, next } = listPage(input, call, usual, read);
    return { ARN: arn, Name: record.name, Versions: items.map(({ id }) => toVersion(record, id)), ...next };
  },
});

const usual = 100;

/** Where a version stands in the list, whether or not it is in it: pages go on behind one that has left it. */
const newestFirst = ({ versions }: SecretRecord, id: string): string =>
  `${String(Number.MAX_SAFE_INTEGER - versions[id]!.createdAt).padStart(16, '0')} ${id}`;
