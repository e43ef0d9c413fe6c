import type { Parameter, ParameterHistory, ParameterInlinePolicy, ParameterMetadata } from '@aws-sdk/client-ssm';
import { labelsOf } from './labels.ts';
import { parameterArn } from './parameter-names.ts';
import type { ParameterRecord, ParameterVersion } from './parameter-record.ts';

/** A parameter with its value, as the Get operations answer it. @param selector as it was asked for */
export const toParameter = (version: ParameterVersion, value: string, selector?: string): Parameter => ({
  Name: version.name,
  Type: version.type,
  Value: value,
  Version: version.version,
  ...(selector !== undefined && { Selector: `:${selector}` }),
  LastModifiedDate: new Date(version.modifiedAt),
  ARN: parameterArn(version),
  DataType: version.dataType,
});

/** A parameter without its value. */
export const toMetadata = (record: ParameterRecord): ParameterMetadata => ({
  Name: record.name,
  ARN: parameterArn(record),
  ...described(record, record.finished),
});

/** One version of a parameter, with its value. */
export const toHistory = (record: ParameterRecord, version: ParameterVersion, value: string): ParameterHistory => {
  const labels = labelsOf(record, version.version);
  const finished = version.version === record.version ? record.finished : [];
  return { Name: version.name, ...described(version, finished), Value: value, ...(labels && { Labels: labels }) };
};

const described = (version: Omit<ParameterVersion, 'value'>, finished: readonly string[]) => ({
  Type: version.type,
  ...(version.keyId !== undefined && { KeyId: version.keyId }),
  LastModifiedDate: new Date(version.modifiedAt),
  LastModifiedUser: version.modifiedBy,
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Tier: version.tier,
  Policies: version.policies.map((text) => toInlinePolicy(text, finished)),
  DataType: version.dataType,
});

const toInlinePolicy = (text: string, finished: readonly string[]): ParameterInlinePolicy => ({
  PolicyText: text,
  PolicyType: (JSON.parse(text) as { readonly Type: string }).Type,
  PolicyStatus: finished.includes(text) ? 'Finished' : 'Pending',
});
