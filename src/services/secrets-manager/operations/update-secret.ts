import type { UpdateSecretCommandInput, UpdateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUuid } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { putReplica, replicate } from '../replication.ts';
import type { SecretRecord } from '../secret-record.ts';
import { requireNotDeleted, requirePrimary, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { current } from '../staging.ts';
import { givenValue } from '../values.ts';
import { putValue, resealed, tokenTaken } from '../writing.ts';

type UpdateSecret = Operation<
  'UpdateSecret',
  Input<UpdateSecretCommandInput>,
  Output<UpdateSecretCommandOutput>,
  SecretResource
>;

/**
 * Changes the description or the key of a secret, or stores a new current version.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
 */
export const updateSecret = ({ secrets }: SecretsManager): UpdateSecret => ({
  name: 'UpdateSecret',
  access: ({ SecretId, Description, KmsKeyId }, call) =>
    secrets.access(SecretId, call, {
      'secretsmanager:Description': Description,
      'secretsmanager:KmsKeyId': KmsKeyId,
      'secretsmanager:KmsKeyArn': KmsKeyId?.startsWith('arn:') ? KmsKeyId : undefined,
    }),
  handle: async (input, { record, arn }, call) => {
    const { ClientRequestToken: token = randomUuid(), Description, KmsKeyId, Type } = input;
    const kmsKeyId = KmsKeyId === '' || KmsKeyId === 'alias/aws/secretsmanager' ? undefined : KmsKeyId;
    requireNotDeleted(record);
    requireNotManaged(record, call);
    if (record.primaryRegion !== undefined && isKeyAlone(input)) {
      putReplica(secrets, await resealed(secrets, record, kmsKeyId, call), call);
      return { ARN: arn, Name: record.name };
    }
    requirePrimary(record);
    if (Type !== undefined && Type !== '') {
      throw fault('InvalidParameterException', 'Secrets of other providers are not offered: leave Type out.');
    }
    const value = givenValue(input);
    if (value && Object.hasOwn(record.versions, token)) throw tokenTaken(record, token);
    const { description = '', ...rest } = record;
    const text = Description ?? description;
    const told: SecretRecord = {
      ...rest,
      ...(text !== '' && { description: text }),
      changedAt: call.now.getTime(),
    };
    const sealed =
      KmsKeyId === undefined || kmsKeyId === record.kmsKeyId ? told : await resealed(secrets, told, kmsKeyId, call);
    if (value) await putValue(secrets, sealed, token, value, [current], call);
    else await replicate(secrets, sealed, call);
    return { ARN: arn, Name: record.name, ...(value && { VersionId: token }) };
  },
});

/** Whether a request is about the key and nothing else: so much of a replica may be changed. */
const isKeyAlone = ({ KmsKeyId, Description, SecretString, SecretBinary, Type }: Input<UpdateSecretCommandInput>) =>
  KmsKeyId !== undefined && [Description, SecretString, SecretBinary, Type].every((other) => other === undefined);
