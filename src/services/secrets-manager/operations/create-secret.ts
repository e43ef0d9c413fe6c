import type { CreateSecretCommandInput, CreateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUuid } from '../../../crypto/random.ts';
import type { Call } from '../../../kernel/call.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Access, Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { ownTagConditions, taggedFromTheStart } from '../../../kernel/request-tags.ts';
import { owningServiceOf, owningServiceTag, requireOwnName } from '../managed-secrets.ts';
import { addReplicas, replicate, replicationStatus } from '../replication.ts';
import { newSuffix, requireName, secretArn, unmadeArn } from '../secret-ids.ts';
import type { SecretRecord } from '../secret-record.ts';
import type { Secrets } from '../secrets.ts';
import { type SecretsManager, tagsOfRequest } from '../secrets-manager.ts';
import { current } from '../staging.ts';
import { addTags } from '../tags.ts';
import { givenValue, openValue, requireUsableKey, type SecretValue } from '../values.ts';
import { isSame, putValue } from '../writing.ts';

type CreateSecret = Operation<
  'CreateSecret',
  Input<CreateSecretCommandInput>,
  Output<CreateSecretCommandOutput>,
  readonly Resource[]
>;

/**
 * Makes a secret, with its first version where a value is given; with replicas in other Regions where they are.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
export const createSecret = (sm: SecretsManager): CreateSecret => ({
  name: 'CreateSecret',
  access: (input, call) => {
    const { Name: name, Tags = [], AddReplicaRegions } = input;
    const { account, region } = call;
    const arn = unmadeArn({ account, region, name });
    const resource: Resource = taggedFromTheStart({ arn, account, type: 'AWS::SecretsManager::Secret' }, Tags);
    const creating: Access = {
      resource,
      deniedOn: ` on resource: ${name}`,
      conditions: {
        ...tagsOfRequest(Tags),
        ...ownTagConditions('secretsmanager:ResourceTag', resource.tags),
        'secretsmanager:Name': name,
        'secretsmanager:Description': input.Description,
        'secretsmanager:KmsKeyId': input.KmsKeyId,
        'secretsmanager:KmsKeyArn': input.KmsKeyId?.startsWith('arn:') ? input.KmsKeyId : undefined,
        'secretsmanager:AddReplicaRegions': AddReplicaRegions?.map(({ Region = '' }) => Region),
        'secretsmanager:ForceOverwriteReplicaSecret':
          AddReplicaRegions && String(input.ForceOverwriteReplicaSecret ?? false),
      },
    };
    const also = (needed: unknown, action: string): Access[] => (needed ? [{ ...creating, action }] : []);
    return [
      creating,
      ...also(Tags.length > 0, 'secretsmanager:TagResource'),
      ...also(AddReplicaRegions, 'secretsmanager:ReplicateSecretToRegions'),
    ];
  },
  handle: async (input, _resources, call) => {
    const { Name: name, ClientRequestToken: token = randomUuid() } = input;
    requireName(name);
    requireOwnName(name, call);
    if (input.Type !== undefined && input.Type !== '') {
      throw fault('InvalidParameterException', 'Secrets of other providers are not offered: leave Type out.');
    }
    const value = givenValue(input);
    const { tx, account, region } = call;
    const { secrets } = sm;
    const there = secrets.find(tx, { account, region, name });
    const record = there
      ? await sameAsBefore(secrets, there, token, value, call)
      : await make(sm, input, token, value, call);
    return {
      ARN: secretArn(record),
      Name: name,
      ...(value && { VersionId: token }),
      ...(record.replicas && { ReplicationStatus: replicationStatus(secrets, record, call) }),
    };
  },
  made: ({ ARN }, { account }) => ({ accountId: account, type: 'AWS::SecretsManager::Secret', ARN: ARN! }),
});

const make = async (
  sm: SecretsManager,
  input: Input<CreateSecretCommandInput>,
  token: string,
  value: SecretValue | undefined,
  call: Call,
): Promise<SecretRecord> => {
  const { secrets } = sm;
  const { tx, account, region, now } = call;
  const { Description, KmsKeyId, AddReplicaRegions } = input;
  const owningService = owningServiceOf(input.Name);
  const owner = owningService === undefined ? {} : { [owningServiceTag]: owningService };
  const made: SecretRecord = {
    account,
    region,
    name: input.Name,
    suffix: newSuffix(),
    ...(Description !== undefined && Description !== '' && { description: Description }),
    ...(KmsKeyId !== undefined && KmsKeyId !== '' && KmsKeyId !== 'alias/aws/secretsmanager' && { kmsKeyId: KmsKeyId }),
    tags: addTags({ owningService, tags: owner }, input.Tags ?? []),
    ...(owningService !== undefined && { owningService }),
    versions: {},
    stages: {},
    createdAt: now.getTime(),
    changedAt: now.getTime(),
  };
  secrets.create(tx, made);
  if (made.kmsKeyId !== undefined) await requireUsableKey(made, made.kmsKeyId, call);
  const record = AddReplicaRegions
    ? addReplicas(sm, made, AddReplicaRegions, input.ForceOverwriteReplicaSecret ?? false, call)
    : made;
  return value ? putValue(secrets, record, token, value, [current], call) : replicate(secrets, record, call);
};

/** The same request may come twice. @throws {Fault} ResourceExistsException, InvalidRequestException */
const sameAsBefore = async (
  secrets: Secrets,
  record: SecretRecord,
  token: string,
  value: SecretValue | undefined,
  call: Call,
): Promise<SecretRecord> => {
  if (record.deletesAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const stored = value && Object.hasOwn(record.versions, token) && (await openValue(secrets, record, token, call));
  if (stored && isSame(stored, value)) return record;
  throw fault('ResourceExistsException', `The operation failed because the secret ${record.name} already exists.`);
};
