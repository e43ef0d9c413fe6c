import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { secretArn } from './secret-ids.ts';
import type { SecretRecord } from './secret-record.ts';

/** What Secrets Manager does by itself. @see Secrets Manager user guide: "AWS CloudTrail entries for Secrets Manager" */
export type ServiceEventName =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'RotationAbandoned'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed'
  | 'StartSecretVersionDelete'
  | 'CancelSecretVersionDelete'
  | 'EndSecretVersionDelete';

/** Journals what happened to a secret. @param details beside its ARN */
export const tell = (
  tx: Transaction,
  name: ServiceEventName,
  record: SecretRecord,
  now: Date,
  details: Readonly<Record<string, string>> = {},
): void => {
  const { account, region } = record;
  const arn = secretArn(record);
  appendServiceEvent(tx, {
    service: 'secretsmanager',
    name,
    account,
    region,
    resource: { arn, account, type: 'AWS::SecretsManager::Secret' },
    details: { SecretId: arn, ...details },
    now,
  });
};
