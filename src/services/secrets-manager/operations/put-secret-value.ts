import type { PutSecretValueCommandInput, PutSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUuid } from '../../../crypto/random.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { requireRotating } from '../rotation.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { current, labelsOf } from '../staging.ts';
import { givenValue } from '../values.ts';
import { putValue } from '../writing.ts';

type PutSecretValue = Operation<
  'PutSecretValue',
  Input<PutSecretValueCommandInput>,
  Output<PutSecretValueCommandOutput>,
  SecretResource
>;

/**
 * Stores a new version of a secret: the current one, unless it is given other staging labels.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export const putSecretValue = ({ secrets }: SecretsManager): PutSecretValue => ({
  name: 'PutSecretValue',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: async (input, { record, arn }, call) => {
    requireChangeable(record);
    requireNotManaged(record, call);
    const { ClientRequestToken: token = randomUuid(), VersionStages: given = [current] } = input;
    requireRotating(call.tx, record, token, input.RotationToken);
    const value = givenValue(input);
    if (!value) throw fault('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    // The first version is current, whatever it is called besides.
    const labels = record.stages[current] === undefined ? [...new Set([current, ...given])] : given;
    const after = await putValue(secrets, record, token, value, labels, call);
    return { ARN: arn, Name: record.name, VersionId: token, VersionStages: [...labelsOf(after, token)] };
  },
});
