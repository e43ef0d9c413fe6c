import type { TagResourceCommandInput, TagResourceCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import { type SecretsManager, tagsOfRequest } from '../secrets-manager.ts';
import { addTags } from '../tags.ts';

type TagResource = Operation<
  'TagResource',
  Input<TagResourceCommandInput>,
  Output<TagResourceCommandOutput>,
  SecretResource
>;

/**
 * Adds tags to a secret, or gives those that it has other values.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
 */
export const tagResource = ({ secrets }: SecretsManager): TagResource => ({
  name: 'TagResource',
  access: ({ SecretId, Tags }, call) => secrets.access(SecretId, call, tagsOfRequest(Tags)),
  handle: ({ Tags }, { record }, call) => {
    const { tx, now } = call;
    requireChangeable(record);
    requireNotManaged(record, call);
    secrets.put(tx, { ...record, tags: addTags(record, Tags), changedAt: now.getTime() });
    return {};
  },
});
