import { hash } from 'node:crypto';
import type { EnvironmentResponse } from '@aws-sdk/client-lambda';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';

/** Environment variables of a function. */
export type Variables = Readonly<Record<string, string>>;

const managedKey = 'alias/aws/lambda';
const maxBytes = 4096;

/** Set by Lambda itself. @see Lambda developer guide: "Defined runtime environment variables" */
const reserved: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** What environments are bound to as encryption context. @see Lambda developer guide: "Securing environment variables" */
export const environmentContext = (record: Parameters<typeof functionArn>[0]): Record<string, string> => ({
  'aws:lambda:FunctionArn': functionArn(record),
});

/** @throws {Fault} InvalidParameterValueException */
const requireVariables = (variables: Variables): void => {
  const names = Object.keys(variables);
  const taken = names.filter((name) => reserved.has(name));
  if (taken.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > maxBytes) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
};

/**
 * Encrypts variables as the caller, and lets the execution role decrypt them by a grant.
 *
 * @returns ciphertext in base64; undefined: there are none
 * @throws {Fault} InvalidParameterValueException, AccessDenied
 */
export const sealEnvironment = (
  variables: Variables,
  kmsKeyArn: string | undefined,
  role: string,
  place: Parameters<typeof functionArn>[0],
  call: Call,
): Eventually<string | undefined> => {
  requireVariables(variables);
  if (Object.keys(variables).length === 0) return undefined;
  const EncryptionContext = environmentContext(place);
  const KeyId = kmsKeyArn ?? managedKey;
  const named = { KeyId, Plaintext: Buffer.from(JSON.stringify(variables)), EncryptionContext };
  const refused = (error: unknown): never => {
    throw asLambdaFault(error);
  };
  try {
    const sealed = eventually(call.invoke('kms.Encrypt', named), ({ KeyId: keyArn, CiphertextBlob }) =>
      eventually(
        call.invoke('kms.CreateGrant', {
          KeyId: keyArn!,
          GranteePrincipal: role,
          Operations: ['Decrypt', 'RetireGrant'],
          Constraints: { EncryptionContextEquals: EncryptionContext },
          // One grant for a function and its role, however often its variables change.
          Name: `lambda-${hash('sha256', `${functionArn(place)} ${role}`).slice(0, 32)}`,
        }),
        () => Buffer.from(CiphertextBlob!).toString('base64'),
      ),
    );
    return sealed instanceof Promise ? sealed.catch(refused) : sealed;
  } catch (error) {
    return refused(error);
  }
};

/** What the caller gets to see of a version's variables: an error in their place without kms:Decrypt. */
export const shownEnvironment = (record: VersionRecord, call: Call): Eventually<EnvironmentResponse | undefined> => {
  if (record.environment === undefined) return undefined;
  const input = {
    CiphertextBlob: Buffer.from(record.environment, 'base64'),
    EncryptionContext: environmentContext(record),
  };
  try {
    const opened = eventually(call.invoke('kms.Decrypt', input), ({ Plaintext }) => ({
      Variables: JSON.parse(Buffer.from(Plaintext!).toString()) as Record<string, string>,
    }));
    return opened instanceof Promise ? opened.catch(asShownError) : opened;
  } catch (error) {
    return asShownError(error);
  }
};

const asShownError = (error: unknown): EnvironmentResponse => {
  if (!(error instanceof Fault)) throw error;
  const ErrorCode = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code;
  const Message = `Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings. KMS Exception: ${ErrorCode}`;
  return { Error: { ErrorCode, Message: `${Message} KMS Message: ${error.message}` } };
};

const asLambdaFault = (error: unknown): unknown => {
  if (!(error instanceof Fault)) return error;
  if (error.code === 'AccessDenied') {
    return fault(
      'AccessDenied',
      `Lambda was unable to configure access to your environment variables because the KMS key used does not grant permission. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: ${error.message}`,
      { cause: error },
    );
  }
  return fault(
    'InvalidParameterValueException',
    `Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS Exception: ${error.code} KMS Message: ${error.message}`,
    { cause: error },
  );
};

/** What an invocation answers whose function cannot get at its variables. @see the errors of Invoke in Lambda's model */
export const undecipherable = ({ code, message }: Fault): Fault => {
  const kms = code === 'AccessDenied' ? 'AccessDeniedException' : code;
  const [name, reason] = kmsFaults[kms] ?? kmsFaults.AccessDeniedException!;
  return fault(
    name,
    `Lambda was unable to decrypt the environment variables because ${reason}. Please check the function's KMS key settings. KMS Exception: ${kms} KMS Message: ${message}`,
    { members: { Type: 'User' } },
  );
};

const kmsFaults: Readonly<Record<string, readonly [string, string]>> = {
  AccessDeniedException: ['KMSAccessDeniedException', 'KMS access was denied'],
  DisabledException: ['KMSDisabledException', 'the KMS key used is disabled'],
  KMSInvalidStateException: ['KMSInvalidStateException', 'the state of the KMS key used is not valid for Decrypt'],
  NotFoundException: ['KMSNotFoundException', 'the KMS key was not found'],
};

const invalid = (message: string): Fault => fault('InvalidParameterValueException', message);
