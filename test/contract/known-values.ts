import { zipOf } from '../../src/testing/zip.ts';
import type { KnownValues } from './minimal-input.ts';

const account = '111122223333';
const otherAccount = '444455556666';
/** An account that makes an organization of its own. */
const thirdAccount = '777788889999';
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const iam = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }],
});

/** A role's trust in its account. */
export const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    },
  ],
});

/** What stands in every fixture: `caller`, `alice`, role `app`, policy `reader`, a key with an alias, and another account. */
export const fixture = {
  account,
  otherAccount,
  thirdAccount,
  keyId,
  alias: 'alias/app',
  userName: 'alice',
  roleName: 'app',
  policyName: 'reader',
};

/**
 * Values of members whose form a model does not tell, by member, or by service or operation and member; those of an
 * operation are given even where it does not require them, because access depends on them.
 */
export const knownValues: KnownValues = {
  AccountId: account,
  Action: 'Decrypt',
  ActionNames: ['kms:Encrypt'],
  AliasName: 'alias/new',
  Arn: iam('user/alice'),
  AssumeRolePolicyDocument: trustPolicy,
  AWSServiceName: 'rds.amazonaws.com',
  CertificateId: 'EXAMPLECERTIFICATE000001',
  DestinationKeyId: keyId,
  End: '2026-11-22',
  GranteePrincipal: iam('user/alice'),
  InstanceProfileName: 'web',
  KeyId: keyId,
  ManagedPolicyArn: iam('policy/reader'),
  OpenIDConnectProviderArn: iam('oidc-provider/example.com'),
  Operations: ['Decrypt'],
  PermissionsBoundary: iam('policy/reader'),
  PolicyArn: iam('policy/reader'),
  PolicyDocument: document,
  PolicyInputList: [document],
  PolicySourceArn: iam('user/alice'),
  PrimaryRegion: 'eu-west-2',
  ReplicaRegion: 'eu-west-2',
  ResourceArn: `arn:aws:kms:us-east-1:${account}:key/${keyId}`,
  RetiringPrincipal: iam('user/alice'),
  RoleArn: iam('role/app'),
  RoleName: 'app',
  RoleSessionName: 'session',
  SAMLProviderArn: iam('saml-provider/corp'),
  SerialNumber: iam('mfa/device'),
  Start: '2026-11-01',
  TagKeys: ['team'],
  Tags: [{ Key: 'team', Value: 'blue' }],
  TargetKeyId: keyId,
  TargetPrincipal: account,
  ThumbprintList: ['990f4193972f2becf12ddeda5237f9c952f20d9e'],
  Url: 'https://example.com',
  UserName: 'alice',
  VersionId: 'v1',
};

/** Calls an operation of the service that is tested, as an administrator of another account where one is named; its output. */
// biome-ignore lint/suspicious/noExplicitAny: outputs of every operation
export type SetUp = (run: (operation: string, input: object, account?: string) => Promise<any>) => Promise<KnownValues>;

/** What has to be made first, for services whose resources have ids of their own making. */
export const setUps: Readonly<Record<string, SetUp>> = {
  kms: async (run) => {
    const { CiphertextBlob } = await run('Encrypt', { KeyId: keyId, Plaintext: Buffer.from('x') });
    const grant = { KeyId: keyId, GranteePrincipal: iam('user/alice'), Operations: ['Decrypt'] };
    const { GrantId } = await run('CreateGrant', grant);
    return {
      CiphertextBlob,
      GrantId,
      Tags: [{ TagKey: 'team', TagValue: 'blue' }],
      'Decrypt.CiphertextBlob': CiphertextBlob,
      'ReEncrypt.CiphertextBlob': CiphertextBlob,
      'DeleteAlias.AliasName': fixture.alias,
      'UpdateAlias.AliasName': fixture.alias,
      'RetireGrant.KeyId': `arn:aws:kms:us-east-1:${account}:key/${keyId}`,
      'RetireGrant.GrantId': GrantId,
    };
  },
  cloudhsmv2: async () => ({
    AvailabilityZone: 'us-east-1a',
    ClusterId: 'cluster-abcdefghijk',
    HsmType: 'hsm1.medium',
    SubnetIds: ['subnet-0123abcd'],
  }),
  iam: async () => ({
    'GetHumanReadableSummary.EntityArn': iam('delegation-request/1234abcd-12ab-34cd-56ef'),
    'GenerateOrganizationsAccessReport.EntityPath': 'o-abcdefghij/r-abcd',
    AuthenticationCode1: '123456',
    AuthenticationCode2: '654321',
    DeletionTaskId: 'task/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS/1234abcd-12ab-34cd-56ef-1234567890ab',
  }),
  organizations: async (run) => {
    await run('CreateOrganization', {});
    const { Roots } = await run('ListRoots', {});
    const RootId = Roots[0].Id;
    const { OrganizationalUnit } = await run('CreateOrganizationalUnit', { ParentId: RootId, Name: 'unit' });
    await run('EnablePolicyType', { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const policy = { Name: 'p', Description: 'd', Type: 'SERVICE_CONTROL_POLICY', Content: document };
    const { Policy } = await run('CreatePolicy', policy);
    const invited = { Target: { Id: otherAccount, Type: 'ACCOUNT' } };
    const { Handshake } = await run('InviteAccountToOrganization', invited);
    await run('CreateOrganization', {}, thirdAccount);
    const StartTimestamp = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0));
    const Target = { Id: thirdAccount, Type: 'ACCOUNT' };
    const asked = { Type: 'BILLING', SourceName: 'bills', Target, StartTimestamp };
    const { Resources } = (await run('InviteOrganizationToTransferResponsibility', asked)).Handshake;
    const Id = Resources.find(({ Type }: { Type: string }) => Type === 'RESPONSIBILITY_TRANSFER').Value;
    return {
      Id,
      StartTimestamp,
      'InviteOrganizationToTransferResponsibility.Target': invited.Target,
      RootId,
      ParentId: RootId,
      SourceParentId: RootId,
      DestinationParentId: OrganizationalUnit.Id,
      OrganizationalUnitId: OrganizationalUnit.Id,
      ChildId: OrganizationalUnit.Id,
      TargetId: OrganizationalUnit.Id,
      ResourceId: OrganizationalUnit.Id,
      PolicyId: Policy.PolicySummary.Id,
      Content: document,
      HandshakeId: Handshake.Id,
      CreateAccountRequestId: 'car-1234567890',
      Email: 'owner@example.com',
    };
  },
  lambda: async (run) => {
    const name = 'rotate';
    const Role = iam('role/lambda');
    const Code = { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) };
    const how = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role, Code };
    await run('CreateFunction', { FunctionName: name, Publish: true, ...how });
    await run('CreateAlias', { FunctionName: name, Name: 'live', FunctionVersion: '1' });
    await run('PutFunctionEventInvokeConfig', { FunctionName: name });
    const permission = { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
    await run('AddPermission', { FunctionName: name, StatementId: 's3', ...permission });
    return {
      FunctionName: name,
      FunctionVersion: '1',
      Name: 'live',
      StatementId: 's3',
      Resource: `arn:aws:lambda:us-east-1:${account}:function:${name}`,
      Tags: { team: 'blue' },
      'AddPermission.StatementId': 'sns',
      'AddPermission.Action': permission.Action,
      'AddPermission.Principal': permission.Principal,
      'CreateAlias.Name': 'new',
      'CreateFunction.FunctionName': 'new',
      'CreateFunction.Code': Code,
      'CreateFunction.Role': Role,
      'CreateFunction.Runtime': how.Runtime,
      'CreateFunction.Handler': how.Handler,
      'UpdateFunctionCode.ZipFile': Code.ZipFile,
    };
  },
  ssm: async (run) => {
    await run('PutParameter', { Name: 'app', Value: 'x', Type: 'String' });
    return {
      Name: 'app',
      Path: '/app',
      ResourceArn: `arn:aws:ssm:us-east-1:${account}:parameter/app`,
      ResourceId: 'app',
      ResourceType: 'Parameter',
      SettingId: '/ssm/parameter-store/default-parameter-tier',
    };
  },
  secretsmanager: async (run) => {
    const { ARN } = await run('CreateSecret', { Name: 'app', SecretString: 'x' });
    return {
      SecretId: ARN,
      'CreateSecret.Name': 'new',
      RemoveReplicaRegions: ['eu-west-1'],
      'RotateSecret.RotationLambdaARN': `arn:aws:lambda:us-east-1:${account}:function:rotate`,
      VersionStage: 'AWSCURRENT',
      'ValidateResourcePolicy.SecretId': ARN,
      ResourcePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'secretsmanager:*', Resource: '*' }],
      }),
    };
  },
};
