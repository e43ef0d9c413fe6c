import type { UntagResourceCommandInput, UntagResourceCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type UntagResource = Operation<
  'UntagResource',
  Input<UntagResourceCommandInput>,
  Output<UntagResourceCommandOutput>,
  SecretResource
>;

/**
 * Takes tags off a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html
 */
export const untagResource = ({ secrets }: SecretsManager): UntagResource => ({
  name: 'UntagResource',
  access: ({ SecretId, TagKeys }, call) => secrets.access(SecretId, call, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, call) => {
    const { tx, now } = call;
    requireChangeable(record);
    requireNotManaged(record, call);
    const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key)));
    secrets.put(tx, { ...record, tags, changedAt: now.getTime() });
    return {};
  },
});
