import type { DeleteSecretCommandInput, DeleteSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { recoveryWindow, scheduleDeletion } from '../deletion.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { requireNotDeleted, requirePrimary, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type DeleteSecret = Operation<
  'DeleteSecret',
  Input<DeleteSecretCommandInput>,
  Output<DeleteSecretCommandOutput>,
  Resource
>;

/**
 * Deletes a secret: after a recovery window of 7 to 30 days, or at once. To delete at once what is not there succeeds.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export const deleteSecret = ({ secrets }: SecretsManager): DeleteSecret => ({
  name: 'DeleteSecret',
  access: ({ SecretId, ...input }, call) => {
    const { resource, ...access } = secrets.access(SecretId, call, {
      'secretsmanager:ForceDeleteWithoutRecovery': String(input.ForceDeleteWithoutRecovery ?? false),
      'secretsmanager:RecoveryWindowInDays': input.ForceDeleteWithoutRecovery
        ? undefined
        : String(input.RecoveryWindowInDays ?? 30),
    });
    if (!('absent' in resource) || !input.ForceDeleteWithoutRecovery) return { ...access, resource };
    const { absent: _absent, ...nothing } = resource;
    return { ...access, resource: nothing };
  },
  handle: ({ SecretId, ...input }, resource, call) => {
    const { tx, now } = call;
    const days = recoveryWindow(input);
    if (!('record' in resource)) return { ARN: resource.arn, Name: SecretId, DeletionDate: now };
    const { record, arn } = resource as SecretResource;
    requirePrimary(record);
    // Within the recovery window its owner can have it back.
    if (days === 0) requireNotManaged(record, call);
    // What waits for its deletion may still be deleted at once.
    if (days > 0) requireNotDeleted(record);
    const regions = Object.keys(record.replicas ?? {});
    if (regions.length > 0) {
      throw fault(
        'InvalidParameterException',
        `You can't delete secret ${record.name} that still has replica regions [${regions.join(', ')}]`,
      );
    }
    return { ARN: arn, Name: record.name, DeletionDate: scheduleDeletion(tx, secrets, record, days, now) };
  },
});
