import type { ParameterTier, ParameterType, Tag } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import { requirePattern } from './allowed-pattern.ts';
import { publishChange } from './events.ts';
import { type ParameterPlace, requireName } from './parameter-names.ts';
import { parsePolicies } from './parameter-policies.ts';
import type { ParameterRecord, ParameterVersion } from './parameter-record.ts';
import type { Parameters } from './parameters.ts';
import { cancelPolicies, schedulePolicies } from './policy-timers.ts';
import { serviceSettings } from './service-settings.ts';
import { addTags } from './tags.ts';
import { encryptValue } from './values.ts';

/** PutParameter's input. */
export interface NewParameter {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: ParameterType;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  /** Empty: none, as the Terraform provider sends it. */
  readonly AllowedPattern?: string;
  readonly Tags?: readonly Tag[];
  readonly Tier?: ParameterTier;
  readonly Policies?: string;
  readonly DataType?: string;
}

/** Where a parameter is to be written: in the caller's account, so that no ARN is taken. @throws {Fault} as {@link requireName} */
export const placeOf = (given: string, { account, region }: Call): ParameterPlace => {
  const place = { account, region, name: given.trim() };
  requireName(place);
  return place;
};

/**
 * Creates a parameter, or a new version of it.
 *
 * @throws {Fault} every error that PutParameter has
 */
export const putVersion = (parameters: Parameters, input: NewParameter, call: Call): Eventually<ParameterRecord> => {
  const { tx, now, caller } = call;
  const place = placeOf(input.Name, call);
  const before = parameters.find(tx, place);
  if (before && !input.Overwrite) {
    throw fault(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (input.Overwrite && input.Tags?.length) throw invalid(tagsWithOverwrite);
  const type = typeOf(input, before);
  const policies = policiesOf(input, before, now);
  const tier = tierOf(input, type, before, policies.length > 0, parameters, call);
  const allowedPattern = (input.AllowedPattern ?? before?.allowedPattern) || undefined;
  const dataType = input.DataType ?? before?.dataType ?? 'text';
  requireValue(input.Value, type, tier, allowedPattern, dataType);
  const keyId = type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? 'alias/aws/ssm') : undefined;
  const description = input.Description ?? before?.description;
  const chosen = { tier, ...(keyId !== undefined && { keyId }) };
  const value = type === 'SecureString' ? encryptValue(input.Value, { ...place, ...chosen }, call) : input.Value;
  return eventually(value, (stored) => {
    const version: ParameterVersion = {
      ...place,
      ...chosen,
      version: (before?.version ?? 0) + 1,
      type,
      value: stored,
      ...(description !== undefined && { description }),
      ...(allowedPattern !== undefined && { allowedPattern }),
      dataType,
      policies,
      modifiedAt: now.getTime(),
      modifiedBy: caller.arn,
    };
    if (before) cancelPolicies(tx, before);
    const after = before
      ? parameters.addVersion(tx, before, version)
      : parameters.create(tx, version, addTags({}, input.Tags ?? []));
    schedulePolicies(tx, after);
    publishChange(tx, after, before ? 'Update' : 'Create', now);
    return after;
  });
};

/** Deletes a parameter, with what its policies would have done. */
export const deleteParameter = (parameters: Parameters, record: ParameterRecord, { tx, now }: Call): void => {
  cancelPolicies(tx, record);
  parameters.delete(tx, record);
  publishChange(tx, record, 'Delete', now);
};

const tagsWithOverwrite =
  "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.";

const typeOf = ({ Type, KeyId }: NewParameter, before: ParameterRecord | undefined): ParameterType => {
  const type = Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  if (before && before.type !== type) {
    throw fault(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  if (KeyId !== undefined && type !== 'SecureString') throw invalid('KeyId is not supported for this parameter type.');
  return type;
};

/** Policies of the request, else those that the parameter has. */
const policiesOf = ({ Policies }: NewParameter, before: ParameterRecord | undefined, now: Date): readonly string[] => {
  if (Policies === undefined) return before?.policies ?? [];
  return parsePolicies(Policies, now.getTime()).map(({ text }) => text);
};

const standardCharacters = 4096;
const advancedCharacters = 8192;

/** Whether a value fits into the standard tier: KMS encrypts a secret there, which counts bytes. */
const fitsStandard = (value: string, type: ParameterType): boolean =>
  (type === 'SecureString' ? Buffer.byteLength(value) : value.length) <= standardCharacters;

const tierOf = (
  { Tier, Value }: NewParameter,
  type: ParameterType,
  before: ParameterRecord | undefined,
  hasPolicies: boolean,
  parameters: Parameters,
  call: Call,
): ParameterVersion['tier'] => {
  const { tx, account, region } = call;
  const byDefault = serviceSettings.valueOf(tx, account, region, '/ssm/parameter-store/default-parameter-tier');
  const asked = Tier ?? (byDefault as ParameterTier);
  if (before?.tier === 'Advanced') {
    if (Tier === 'Standard') throw invalid(downgrade);
    return 'Advanced';
  }
  if (asked === 'Intelligent-Tiering') {
    const needsMore =
      hasPolicies ||
      !fitsStandard(Value, type) ||
      (!before && parameters.standardIsFull(tx, { account, region, name: '' }));
    return needsMore ? 'Advanced' : 'Standard';
  }
  if (asked === 'Standard' && hasPolicies) {
    throw invalid('Parameter policies are only supported for parameters in the advanced-parameter tier.');
  }
  return asked;
};

const downgrade =
  "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.";

const tierDocs =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';

const requireValue = (
  value: string,
  type: ParameterType,
  tier: ParameterVersion['tier'],
  pattern: string | undefined,
  dataType: string,
): void => {
  if (value === '') {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (tier === 'Standard' && !fitsStandard(value, type)) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${standardCharacters} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see ${tierDocs}`,
    );
  }
  if (value.length > advancedCharacters) {
    throw invalid(
      `Advanced tier parameters support a maximum parameter value of ${advancedCharacters} characters. For more information, see ${tierDocs}`,
    );
  }
  const opened = value.indexOf('{{');
  if (opened !== -1 && value.includes('}}', opened + 2)) {
    throw invalid(`Parameter value can't nest another parameter. Do not use "{{}}" in the value.`);
  }
  if (type === 'StringList' && value.split(',').some((item) => item === '')) {
    throw invalid('The following parameter value is not valid for StringList: it has an empty item.');
  }
  requireDataType(value, type, dataType);
  if (pattern !== undefined) requirePattern(value, pattern);
};

const requireDataType = (value: string, type: ParameterType, dataType: string): void => {
  if (!['text', 'aws:ec2:image', 'aws:ssm:integration'].includes(dataType)) {
    throw invalid(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
  }
  if (dataType === 'aws:ec2:image' && type !== 'String') {
    throw invalid('The aws:ec2:image data type is supported for String parameters only.');
  }
  if (dataType === 'aws:ec2:image' && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) {
    throw invalid('The parameter value is not the id of an Amazon Machine Image: ami-12345abcdeEXAMPLE.');
  }
};

const invalid = (message: string): Fault => fault('ValidationException', message);
