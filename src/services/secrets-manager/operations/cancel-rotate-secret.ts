import type { CancelRotateSecretCommandInput, CancelRotateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { cancelRotation, unfinished } from '../rotation.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type CancelRotateSecret = Operation<
  'CancelRotateSecret',
  Input<CancelRotateSecretCommandInput>,
  Output<CancelRotateSecretCommandOutput>,
  SecretResource
>;

/**
 * Turns the rotation of a secret off. A version under AWSPENDING stays as it is.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
 */
export const cancelRotateSecret = ({ secrets }: SecretsManager): CancelRotateSecret => ({
  name: 'CancelRotateSecret',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record, arn }, call) => {
    const { tx, now } = call;
    requireChangeable(record);
    requireNotManaged(record, call);
    const version = unfinished(record);
    secrets.put(tx, { ...cancelRotation(tx, record, now), changedAt: now.getTime() });
    return { ARN: arn, Name: record.name, ...(version !== undefined && { VersionId: version }) };
  },
});
