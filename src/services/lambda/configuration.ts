import type {
  CreateFunctionCommandInput,
  FunctionConfiguration,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import { shownEnvironment } from './environment.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';
import { findRuntime } from './runtime/runtimes.ts';

/** What a request may say of how a function runs. */
export type GivenConfiguration = Partial<CreateFunctionCommandInput> & Partial<UpdateFunctionConfigurationCommandInput>;

/** How a function runs, as a version holds it. */
export type Configuration = Pick<
  VersionRecord,
  | 'runtime'
  | 'handler'
  | 'role'
  | 'description'
  | 'timeoutSeconds'
  | 'memoryMb'
  | 'ephemeralStorageMb'
  | 'architectures'
  | 'deadLetterArn'
>;

const maxTimeoutSeconds = 900;
const maxMemoryMb = 10_240;

/**
 * Reads what a request says, what it does not say as it was.
 *
 * @param name of the function
 * @param before absent: the function is new
 * @throws {Fault} InvalidParameterValueException
 */
export const configured = (given: GivenConfiguration, name: string, before?: Configuration): Configuration => {
  requireServed(given, name);
  const runtime = given.Runtime ?? before?.runtime;
  const handler = given.Handler ?? before?.handler;
  if (runtime === undefined || !handler) {
    throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  }
  if (!findRuntime(runtime)) {
    throw invalid(`The runtime ${runtime} is not available on this server, which runs Node.js and Python.`);
  }
  const deadLetterArn = given.DeadLetterConfig ? given.DeadLetterConfig.TargetArn || undefined : before?.deadLetterArn;
  return {
    runtime,
    handler,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    role: given.Role ?? before?.role ?? '',
    description: given.Description ?? before?.description ?? '',
    timeoutSeconds: inRange('timeout', given.Timeout, maxTimeoutSeconds) ?? before?.timeoutSeconds ?? 3,
    memoryMb: inRange('memorySize', given.MemorySize, maxMemoryMb) ?? before?.memoryMb ?? 128,
    ephemeralStorageMb: given.EphemeralStorage?.Size ?? before?.ephemeralStorageMb ?? 512,
    architectures: given.Architectures ?? before?.architectures ?? ['x86_64'],
  };
};

/** What this server would otherwise only seem to do, and how a request asks for it. */
const notServed: readonly (readonly [what: string, isAsked: (given: GivenConfiguration, name: string) => boolean])[] = [
  ['Layers are', ({ Layers }) => Boolean(Layers?.length)],
  ['File systems are', ({ FileSystemConfigs }) => Boolean(FileSystemConfigs?.length)],
  ['VPC access is', ({ VpcConfig }) => Boolean(VpcConfig?.SubnetIds?.length)],
  ['Code signing is', ({ CodeSigningConfigArn }) => CodeSigningConfigArn !== undefined],
  ['SnapStart is', ({ SnapStart }) => SnapStart?.ApplyOn === 'PublishedVersions'],
  ['Active tracing is', ({ TracingConfig }) => TracingConfig?.Mode === 'Active'],
  ['The log format JSON is', ({ LoggingConfig }) => LoggingConfig?.LogFormat === 'JSON'],
  [
    'A log group of another name is',
    ({ LoggingConfig: { LogGroup } = {} }, name) => LogGroup !== undefined && LogGroup !== logGroupOf(name),
  ],
  ['Durable execution is', ({ DurableConfig }) => DurableConfig !== undefined],
  ['Tenant isolation is', ({ TenancyConfig }) => TenancyConfig !== undefined],
  ['A capacity provider is', ({ CapacityProviderConfig }) => CapacityProviderConfig !== undefined],
];

const requireServed = (given: GivenConfiguration, name: string): void => {
  if (given.PackageType === 'Image') throw invalid('Only functions in ZIP packages are served.');
  const asked = notServed.find(([, isAsked]) => isAsked(given, name));
  if (asked) throw invalid(`${asked[0]} not available on this server.`);
};

const logGroupOf = (name: string): string => `/aws/lambda/${name}`;

const inRange = (member: string, value: number | undefined, max: number): number | undefined => {
  if (value === undefined || value <= max) return value;
  throw fault(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
};

const invalid = (message: string): Fault =>
  fault('InvalidParameterValueException', message, { members: { Type: 'User' } });

/** A version as operations answer it, its variables as far as the caller may see them. @param qualifier in its ARN */
export const describeVersion = (
  record: VersionRecord,
  call: Call,
  qualifier?: string,
): Eventually<FunctionConfiguration> =>
  eventually(shownEnvironment(record, call), (Environment) => ({
    ...summaryOf(record, qualifier),
    ...(Environment && { Environment }),
  }));

/** A version without its variables, as lists show it. */
export const summaryOf = (record: VersionRecord, qualifier?: string): FunctionConfiguration => ({
  FunctionName: record.name,
  FunctionArn: functionArn(record, qualifier ?? (record.version === '$LATEST' ? undefined : record.version)),
  Runtime: record.runtime,
  Role: record.role,
  Handler: record.handler,
  CodeSize: record.codeBytes,
  Description: record.description,
  Timeout: record.timeoutSeconds,
  MemorySize: record.memoryMb,
  LastModified: record.modifiedAt.replace('Z', '+0000'),
  CodeSha256: record.codeSha256,
  Version: record.version,
  ...(record.kmsKeyArn !== undefined && { KMSKeyArn: record.kmsKeyArn }),
  ...(record.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: record.deadLetterArn } }),
  TracingConfig: { Mode: 'PassThrough' },
  RevisionId: record.revisionId,
  State: record.state,
  ...(record.state === 'Pending' && { StateReason: 'The function is being created.', StateReasonCode: 'Creating' }),
  LastUpdateStatus: record.updateStatus,
  ...(record.updateStatus === 'InProgress' && {
    LastUpdateStatusReason: 'The function is being updated.',
    LastUpdateStatusReasonCode: 'Creating' as never,
  }),
  PackageType: 'Zip',
  Architectures: [...record.architectures],
  EphemeralStorage: { Size: record.ephemeralStorageMb },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupOf(record.name) },
});
