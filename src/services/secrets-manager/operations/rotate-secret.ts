import type { RotateSecretCommandInput, RotateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUuid } from '../../../crypto/random.ts';
import type { Call } from '../../../kernel/call.ts';
import { Fault, fault } from '../../../kernel/fault.ts';
import type { Access, Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import type { SecretOwners } from '../../../kernel/secret-owners.ts';
import { askedWindowMs, beginRotation, concluded, taskOf, unfinished, withNextRotation } from '../rotation.ts';
import { parseRules } from '../schedule.ts';
import type { RotationSettings, SecretRecord } from '../secret-record.ts';
import { requireChangeable, type SecretResource, type Secrets } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { current } from '../staging.ts';
import { openValue, sealValue } from '../values.ts';
import { withVersion } from '../versions.ts';

type RotateSecret = Operation<
  'RotateSecret',
  Input<RotateSecretCommandInput>,
  Output<RotateSecretCommandOutput>,
  readonly Resource[]
>;

/**
 * Turns the rotation of a secret on, or changes it, and rotates at once unless it is told not to: then the function only
 * tests.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export const rotateSecret = ({ secrets, functions, owners, wake, reattempt }: SecretsManager): RotateSecret => ({
  name: 'RotateSecret',
  access: (input, call) => {
    const rotating = secrets.access(input.SecretId, call, {
      'secretsmanager:RotationLambdaARN': input.RotationLambdaARN,
      'secretsmanager:RotateImmediately': String(input.RotateImmediately ?? true),
      'secretsmanager:ModifyRotationRules': String(input.RotationRules !== undefined),
      'secretsmanager:ExternalSecretRotationRoleArn': input.ExternalSecretRotationRoleArn,
    });
    const { resource } = rotating;
    const stored = 'absent' in resource ? undefined : resource.record.rotation?.functionArn;
    const functionArn = input.RotationLambdaARN || stored;
    if (functionArn === undefined) return [rotating];
    const tags = functions.findTags(call.tx, functionArn, call.account);
    // The function's own policy is asked below, about Secrets Manager.
    const invoking: Access = {
      action: 'lambda:InvokeFunction',
      resource: { arn: functionArn, account: call.account, type: 'AWS::Lambda::Function', ...(tags && { tags }) },
    };
    return [rotating, invoking];
  },
  handle: async (input, [resource], call) => {
    const { record: found, arn } = resource as SecretResource;
    const { ClientRequestToken: token = randomUuid(), RotateImmediately = true } = input;
    requireChangeable(found);
    const answer = { ARN: arn, Name: found.name, VersionId: token };
    const { tx, now } = call;
    if (taskOf(tx, found)?.token === token || found.stages[current] === token) return answer;
    const record = concluded(tx, secrets, found, now);
    if (unfinished(record) !== undefined) {
      if (record.rotation?.enabled) reattempt(record);
      throw fault('InvalidRequestException', "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    const settings = settingsOf(input, record, owners);
    const { functionArn } = settings;
    if (functionArn !== undefined) requireFunction(functions.check(tx, functionArn, invokerOf(arn, record)));
    if (record.stages[current] === undefined) {
      throw fault('InvalidRequestException', "You can't rotate a secret that has no value.");
    }
    const configured = withNextRotation(tx, { ...record, rotation: settings, changedAt: now.getTime() }, now.getTime());
    const ready = RotateImmediately ? configured : await withCopy(secrets, configured, token, call);
    const closesAt = now.getTime() + askedWindowMs;
    beginRotation(tx, secrets, ready, { closesAt, token, isTest: !RotateImmediately }, now);
    return answer;
  },
  committed: () => wake(),
});

const invokerOf = (sourceArn: string, { account: sourceAccount }: SecretRecord) => ({
  principal: 'secretsmanager.amazonaws.com',
  sourceArn,
  sourceAccount,
});

/** @throws {Fault} InvalidRequestException, InvalidParameterException */
const settingsOf = (
  input: Input<RotateSecretCommandInput>,
  { rotation, owningService }: SecretRecord,
  owners: SecretOwners,
): RotationSettings => {
  if (input.ExternalSecretRotationRoleArn !== undefined || input.ExternalSecretRotationMetadata !== undefined) {
    throw fault('InvalidParameterException', 'Secrets of other providers are not offered.');
  }
  const functionArn = input.RotationLambdaARN || rotation?.functionArn;
  if (functionArn !== undefined && owningService !== undefined) {
    throw fault('InvalidRequestException', `The secret is rotated by ${owningService}: leave RotationLambdaARN out.`);
  }
  if (functionArn === undefined && !owners.has(owningService ?? '')) {
    throw fault('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
  }
  const rules = input.RotationRules ?? rotation?.rules;
  if (input.RotationRules) parseRules(input.RotationRules);
  const { lastRotatedAt, next } = rotation ?? {};
  return {
    enabled: true,
    ...(functionArn !== undefined && { functionArn }),
    ...(rules && { rules }),
    ...(next && { next }),
    ...(lastRotatedAt !== undefined && { lastRotatedAt }),
  };
};

const requireFunction = (found: ReturnType<SecretsManager['functions']['check']>): void => {
  if (found === 'absent') {
    throw fault('ResourceNotFoundException', 'Lambda does not exist or could not be accessed');
  }
  if (found === 'denied') {
    throw fault(
      'AccessDenied',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
    );
  }
};

/** A test is about the value that there is: the version that it makes has a copy, where the caller may make one. */
const withCopy = async (secrets: Secrets, record: SecretRecord, token: string, call: Call): Promise<SecretRecord> => {
  const { kmsKeyId } = record;
  const facts = { createdAt: call.now.getTime(), ...(kmsKeyId !== undefined && { kmsKeyId }) };
  try {
    const value = await openValue(secrets, record, record.stages[current]!, call);
    if (!value) return record;
    const sealed = await sealValue(value, record, token, call);
    const copied = withVersion(call.tx, secrets, record, token, facts);
    secrets.putValue(call.tx, record, token, sealed);
    return copied;
  } catch (error) {
    if (error instanceof Fault) return record;
    throw error;
  }
};
