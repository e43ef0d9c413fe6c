import type {
  APIErrorType,
  BatchGetSecretValueCommandInput,
  BatchGetSecretValueCommandOutput,
  SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import type { Call } from '../../../kernel/call.ts';
import { Fault, fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output, type Resource } from '../../../kernel/operation.ts';
import { keepsOf } from '../filters.ts';
import { listPage } from '../listing.ts';
import { secretArn } from '../secret-ids.ts';
import type { Secrets } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type BatchGetSecretValue = Operation<
  'BatchGetSecretValue',
  Input<BatchGetSecretValueCommandInput>,
  Output<BatchGetSecretValueCommandOutput>,
  readonly Resource[]
>;

/**
 * Reads up to 20 secrets, or those that filters find; each as GetSecretValue does, for which the caller needs permission.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
export const batchGetSecretValue = ({ secrets }: SecretsManager): BatchGetSecretValue => ({
  name: 'BatchGetSecretValue',
  access: ({ Filters }, { account }) => {
    const resource = anyResource(account);
    return Filters ? [{ resource }, { resource, action: 'secretsmanager:ListSecrets' }] : [{ resource }];
  },
  handle: async (input, _resources, call) => {
    const { ids, next } = asked(secrets, input, call);
    const values: SecretValueEntry[] = [];
    const errors: APIErrorType[] = [];
    for (const SecretId of ids) {
      try {
        values.push(await call.invoke('secretsmanager.GetSecretValue', { SecretId }));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const ErrorCode = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code;
        errors.push({ SecretId, ErrorCode, Message: error.message });
      }
    }
    return { SecretValues: values, Errors: errors, ...next };
  },
});

const most = 20;

const asked = (secrets: Secrets, input: Input<BatchGetSecretValueCommandInput>, call: Call) => {
  const { SecretIdList: ids, Filters } = input;
  if ((ids === undefined) === (Filters === undefined)) {
    throw fault('InvalidParameterException', "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  }
  if (ids) {
    if (input.MaxResults !== undefined || input.NextToken !== undefined) {
      throw fault('InvalidParameterException', "MaxResults and NextToken go with 'Filters', not with 'SecretIdList'.");
    }
    return { ids, next: {} };
  }
  const keeps = keepsOf(Filters ?? []);
  const { items, next } = listPage(
    input,
    call,
    most,
    (page) => secrets.list(call, page),
    (record) => record.deletesAt === undefined && keeps(record),
  );
  return { ids: items.map(secretArn), next };
};
