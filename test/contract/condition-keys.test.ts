import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { findIamTable } from '../../src/model/iam-data.ts';
import { loadModel } from '../../src/model/model.ts';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';
import { AskedServer, type Statement } from './asked-server.ts';
import { fixture, knownValues } from './known-values.ts';
import { type KnownValues, minimalInput } from './minimal-input.ts';

/*
 * Every condition key that IAM's reference data list for an action is in the requests that ask for it. KMS has keys of
 * many kinds and therefore a test of its own: src/services/kms/condition-keys.test.ts.
 */

const { account, userName, roleName } = fixture;
const { PermissionsBoundary, Tags } = knownValues;
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:rotate`;
const urlPermission = {
  FunctionName: 'rotate',
  StatementId: 'url',
  Action: 'lambda:InvokeFunctionUrl',
  Principal: account,
  FunctionUrlAuthType: 'AWS_IAM',
};

/** What is made beside what `setUps` make, as operations and their inputs. */
const alsoMade: Readonly<Record<string, readonly (readonly [string, object])[]>> = {
  iam: [
    ['PutUserPermissionsBoundary', { UserName: userName, PermissionsBoundary }],
    ['PutRolePermissionsBoundary', { RoleName: roleName, PermissionsBoundary }],
    ['CreateServiceSpecificCredential', { UserName: userName, ServiceName: 'codecommit.amazonaws.com' }],
  ],
  lambda: [['AddPermission', urlPermission]],
};

/** Members that operations do not require, by operation, and that condition keys speak of. */
const alsoGiven: Readonly<Record<string, (made: KnownValues) => object>> = {
  CreateCluster: () => ({ TagList: Tags }),
  CreateDelegationRequest: () => ({
    Permissions: { PolicyTemplateArn: 'arn:aws:iam:::delegation-template/AmazonS3ReadOnlyAccess' },
  }),
  CreateRole: () => ({ PermissionsBoundary }),
  CreateServiceSpecificCredential: () => ({ CredentialAgeDays: 30 }),
  CreateUser: () => ({ PermissionsBoundary }),
  DeleteServiceSpecificCredential: ({ ServiceSpecificCredential }) => ofCredential(ServiceSpecificCredential),
  GenerateOrganizationsAccessReport: () => ({ OrganizationsPolicyId: 'p-abcdefghij' }),
  ListDelegationRequests: () => ({ OwnerId: `arn:aws:iam::${account}:user/caller` }),
  ResetServiceSpecificCredential: ({ ServiceSpecificCredential }) => ofCredential(ServiceSpecificCredential),
  UpdateServiceSpecificCredential: ({ ServiceSpecificCredential }) => ofCredential(ServiceSpecificCredential),
  AssumeRole: () => ({ ExternalId: 'external', SourceIdentity: 'alice', TransitiveTagKeys: ['team'] }),
  AssumeRoot: () => ({ TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' } }),
  ListDelegatedAdministrators: () => ({ ServicePrincipal: 'ssm.amazonaws.com' }),
  AddPermission: () => ({ FunctionUrlAuthType: 'AWS_IAM' }),
  RemovePermission: () => ({ StatementId: urlPermission.StatementId }),
  CreateSecret: () => ({
    AddReplicaRegions: [{ Region: 'eu-west-1' }],
    Description: 'x',
    KmsKeyId: `arn:aws:kms:us-east-1:${account}:key/${fixture.keyId}`,
  }),
  GetSecretValue: () => ({ VersionId: 'v'.repeat(32), VersionStage: 'AWSCURRENT' }),
  RotateSecret: () => ({ RotationLambdaARN: functionArn, ExternalSecretRotationRoleArn: knownValues.RoleArn }),
  UpdateSecret: () => ({
    Description: 'x',
    KmsKeyId: `arn:aws:kms:us-east-1:${account}:key/${fixture.keyId}`,
  }),
};

const ofCredential = (made: unknown): object => {
  const { UserName, ServiceSpecificCredentialId } = made as Readonly<Record<string, string>>;
  return { UserName, ServiceSpecificCredentialId };
};

/** Keys that only some of the things have that an operation may be about: which one is given. */
const ofSome: Readonly<Record<string, (made: KnownValues) => object>> = {
  'organizations:PolicyType': ({ PolicyId }) => ({ ResourceId: PolicyId }),
  'organizations:TransferDirection': ({ Id }) => ({ ResourceId: Id }),
  'organizations:TransferType': ({ Id }) => ({ ResourceId: Id }),
};

/** Keys, after the operation, that a request has in a case of its own only, or that are about what is not served. */
const elsewhere: readonly RegExp[] = [
  // Tags that something has already; what is created has those that it is given.
  /^(?!Create\w+ aws:).* (aws|iam):ResourceTag/,
  // The secret is not there yet.
  /^CreateSecret secretsmanager:(SecretId|SecretPrimaryRegion)$/,
  // What identity providers say: src/services/sts/federation.test.ts.
  / (saml|accounts\.google\.com|cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com):/,
  // Security keys.
  / iam:(FIDO|RegisterSecurityKey)/,
  // The instance is not known yet.
  /^AddRoleToInstanceProfile iam:AssociatedResourceArn$/,
  // Members that the API model does not have yet, or that are for services of other providers.
  / iam:RoleTemplateARN$/,
  / secretsmanager:(resource\/)?Type$/,
  // Tags of secrets, and rotation: src/services/secrets-manager/secrets.test.ts.
  / secretsmanager:(ResourceTag\/|resource\/AllowRotationLambdaArn)/,
  // Function URLs, layers, VPCs and code signing.
  /FunctionUrlConfigs? lambda:FunctionUrlAuthType$/,
  / lambda:(CodeSigningConfigArn|EventSourceToken|FunctionArn|InvokedViaFunctionUrl|Layer|SecurityGroupIds|SubnetIds|VpcIds)$/,
];

/** The keys of an action that the requests of an operation have. */
const keysOf = (action: string, operation: string): readonly string[] => {
  const [prefix = '', name = ''] = action.split(':');
  const [, , keys = []] = findIamTable(prefix)?.actions[name] ?? [];
  // What is created with tags is not there yet.
  const isOfTagging = name !== operation && name.startsWith('Tag');
  return keys
    .filter((key) => !elsewhere.some((other) => other.test(`${operation} ${key}`)))
    .filter((key) => !isOfTagging || key.startsWith('aws:'))
    .map((key) => key.replace(/\$\{TagKey\}/, 'team'));
};

const store = await openStore({ data: ':memory:' });
after(() => store.close());

for (const { name: service, operations } of servicesOn(store).all.filter(({ name }) => name !== 'kms')) {
  describe(`condition keys of ${service}`, () => {
    for (const { name: operation } of operations) {
      it(`${operation} has those that IAM lists`, async () => {
        const server = await AskedServer.start();
        const made = await madeOn(server, service);
        const model = loadModel(service).findOperation(operation)!;
        const hasTags = model.input?.type === 'structure' && model.input.members.some(({ name }) => name === 'Tags');
        const input = {
          ...minimalInput(model, { ...knownValues, ...made }),
          ...(hasTags && { Tags: made.Tags ?? Tags }),
          ...alsoGiven[operation]?.(made),
        };
        for (const statement of await neededBy(server, service, operation, input)) {
          for (const key of keysOf(String(statement.Action), operation)) {
            const given = 'ResourceId' in input ? { ...input, ...ofSome[key]?.(made) } : input;
            const onAny = await neededBy(server, service, operation, given);
            const Condition = { Null: { [key]: 'false' } };
            const statements = onAny.map((each) => (each.Action === statement.Action ? { ...each, Condition } : each));
            const { decisions } = await server.ask(service, operation, given, ...statements);
            assert.equal(decisions.at(-1)?.by.effect, 'Allow', `${statement.Action} has no ${key}`);
          }
        }
        await server.close();
      });
    }
  });
}

const madeOn = async (server: AskedServer, service: string): Promise<KnownValues> => {
  let made = await server.setUp(service);
  for (const [operation, input] of alsoMade[service] ?? []) {
    made = { ...made, ...(await server.make(service, operation, input)) };
  }
  return made;
};

/** Each action that is asked for, allowed on what it is asked for. */
const neededBy = async (
  server: AskedServer,
  service: string,
  operation: string,
  input: object,
): Promise<readonly Statement[]> => {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const { decisions } = await server.ask(service, operation, input, everything);
  return decisions.map(({ action: Action, resource: Resource }) => ({ Effect: 'Allow', Action, Resource }));
};
