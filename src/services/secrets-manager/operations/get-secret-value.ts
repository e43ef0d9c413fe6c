import type { GetSecretValueCommandInput, GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Call } from '../../../kernel/call.ts';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { SecretRecord } from '../secret-record.ts';
import { requireNotDeleted, type SecretResource, type Secrets } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { current, labelsOf } from '../staging.ts';
import { openValue, shownValue } from '../values.ts';
import { noValue, selectVersion } from '../versions.ts';

type GetSecretValue = Operation<
  'GetSecretValue',
  Input<GetSecretValueCommandInput>,
  Output<GetSecretValueCommandOutput>,
  SecretResource
>;

/**
 * Reads the value of a secret: of the current version, or of the one that an id or a staging label names.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export const getSecretValue = ({ secrets }: SecretsManager): GetSecretValue => ({
  name: 'GetSecretValue',
  access: ({ SecretId, VersionId, VersionStage }, call) =>
    secrets.access(SecretId, call, {
      'secretsmanager:VersionId': VersionId,
      'secretsmanager:VersionStage': VersionStage ?? (VersionId === undefined ? current : undefined),
    }),
  handle: (input, { record, arn }, call) => {
    requireNotDeleted(record);
    const version = selectVersion(record, input);
    return eventually(openValue(secrets, record, version, call), (value) => {
      if (!value) throw noValue(input);
      noteRead(secrets, record, version, call);
      return {
        ARN: arn,
        Name: record.name,
        VersionId: version,
        ...shownValue(value),
        VersionStages: [...labelsOf(record, version)],
        CreatedDate: new Date(record.versions[version]!.createdAt),
      };
    });
  },
});

const dayMs = 86_400_000;

/** Once a day: a date is all that is told of it. */
const noteRead = (secrets: Secrets, record: SecretRecord, version: string, { tx, now }: Call): void => {
  const accessedAt = now.getTime() - (now.getTime() % dayMs);
  const facts = record.versions[version]!;
  if (record.accessedAt === accessedAt && facts.accessedAt === accessedAt) return;
  secrets.put(tx, {
    ...record,
    accessedAt,
    versions: { ...record.versions, [version]: { ...facts, accessedAt } },
  });
};
