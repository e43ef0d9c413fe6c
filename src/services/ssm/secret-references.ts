import type { Parameter } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import type { Invocable } from '../../kernel/invoke.ts';

const prefix = '/aws/reference/secretsmanager/';

/** Whether a name stands for a secret of Secrets Manager. */
export const isSecretReference = (name: string): boolean => name.startsWith(prefix);

/**
 * Reads a secret by a name of Parameter Store, with the caller's permissions.
 *
 * @param selector id of a version, or a staging label; absent: the current version
 * @throws {Fault} ValidationException, ParameterNotFound, AccessDenied
 * @see Systems Manager user guide: "Referencing AWS Secrets Manager secrets from Parameter Store parameters"
 */
export const readSecret = (
  name: string,
  selector: string | undefined,
  decrypt: boolean,
  call: Call,
): Eventually<Parameter> => {
  if (!decrypt) {
    throw fault('ValidationException', 'WithDecryption flag must be True for retrieving a Secret Manager secret.');
  }
  const SecretId = name.slice(prefix.length);
  return orNotFound(name, () =>
    eventually(call.invoke('secretsmanager.GetSecretValue', { SecretId, ...selected(selector) }), (secret) => ({
      Name: name,
      Type: 'SecureString',
      Value: secret.SecretString ?? Buffer.from(secret.SecretBinary!).toString('base64'),
      Version: 0,
      ...(selector !== undefined && { Selector: `:${selector}` }),
      SourceResult: sourceOf(secret),
      LastModifiedDate: secret.CreatedDate!,
      ARN: secret.ARN!,
      DataType: 'text',
    })),
  );
};

/** Ids of versions have 32 characters or more. */
const selected = (selector: string | undefined): { VersionId?: string; VersionStage?: string } => {
  if (selector === undefined) return {};
  return selector.length >= 32 ? { VersionId: selector } : { VersionStage: selector };
};

const sourceOf = ({ SecretBinary, ...secret }: Invocable['secretsmanager.GetSecretValue'][1]): string =>
  JSON.stringify({ ...secret, ...(SecretBinary && { SecretBinary: Buffer.from(SecretBinary).toString('base64') }) });

const orNotFound = <T>(name: string, work: () => Eventually<T>): Eventually<T> => {
  const rethrow = (error: unknown): never => {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'ResourceNotFoundException') {
      throw fault(
        'ParameterNotFound',
        `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
        { cause: error },
      );
    }
    if (!/^(Invalid|Decryption)/.test(error.code)) throw error;
    const message = `An error occurred (${error.code}) when referencing Secrets Manager: ${error.message}`;
    throw fault('ValidationException', message, { cause: error });
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(rethrow) : result;
  } catch (error) {
    return rethrow(error);
  }
};
