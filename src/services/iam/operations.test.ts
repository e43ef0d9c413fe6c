import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allowing, iamArn as arn, documentOf, sender, userSender } from '../../testing/iam.ts';
import { accountRows } from '../../testing/iam-rows/account.ts';
import { groupAndRoleRows } from '../../testing/iam-rows/groups-and-roles.ts';
import { isTruncated, type Row, row } from '../../testing/iam-rows/row.ts';
import { testServer } from '../../testing/server.ts';
import { iam } from './index.ts';

const reader = arn('policy/team/reader');
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const document = documentOf(allowing('kms:Encrypt'));
const UserName = 'alice';

const server = await testServer({ persistent: true });
const root = sender(server);
const powerless = await userSender(server, 'powerless');
const alice = await server.user(UserName, allowing('kms:ListKeys'));
const AccessKeyId = alice.accessKeyId;
await root('TagUser', { UserName, Tags: [{ Key: 'team', Value: 'blue' }] });
const PolicyDocument = documentOf(allowing('kms:DescribeKey'));
await root('CreatePolicy', { PolicyName: 'reader', Path: '/team/', PolicyDocument, Description: 'reads' });
await root('AttachUserPolicy', { UserName, PolicyArn: reader });

const user = ' on resource: user alice';
const policy = ` on resource: policy ${reader}`;

/** In an order in which each works. */
const rows: readonly Row[] = [
  {
    operation: 'CreateUser',
    input: { UserName: 'carol', Path: '/x/', PermissionsBoundary: readOnly, Tags: [{ Key: 'Team', Value: 'red' }] },
    output: {
      User: {
        Path: '/x/',
        UserName: 'carol',
        Arn: arn('user/x/carol'),
        PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: readOnly },
        Tags: [{ Key: 'Team', Value: 'red' }],
      },
    },
    deniedOn: ` on resource: ${arn('user/x/carol')}`,
  },
  {
    operation: 'GetUser',
    input: { UserName },
    output: { User: { Path: '/', UserName, Arn: arn('user/alice'), Tags: [{ Key: 'team', Value: 'blue' }] } },
    deniedOn: user,
  },
  {
    operation: 'ListUsers',
    input: { PathPrefix: '/x/' },
    output: { Users: [{ UserName: 'carol', Path: '/x/' }], ...isTruncated },
    deniedOn: ` on resource: ${arn('user/x/')}`,
  },
  {
    operation: 'UpdateUser',
    input: { UserName: 'carol', NewUserName: 'dave' },
    output: {},
    deniedOn: ' on resource: user carol',
  },
  { operation: 'DeleteUser', input: { UserName: 'dave' }, output: {}, deniedOn: ' on resource: user dave' },
  {
    operation: 'ListAccessKeys',
    input: { UserName },
    output: { AccessKeyMetadata: [{ UserName, AccessKeyId, Status: 'Active' }], ...isTruncated },
    deniedOn: user,
  },
  {
    operation: 'GetAccessKeyLastUsed',
    input: { AccessKeyId },
    output: { UserName, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } },
    deniedOn: ` on resource: access key ${AccessKeyId}`,
  },
  { operation: 'UpdateAccessKey', input: { UserName, AccessKeyId, Status: 'Inactive' }, output: {}, deniedOn: user },
  { operation: 'DeleteAccessKey', input: { UserName, AccessKeyId }, output: {}, deniedOn: user },
  {
    operation: 'CreateAccessKey',
    input: { UserName },
    output: { AccessKey: { UserName, Status: 'Active' } },
    deniedOn: user,
  },
  {
    operation: 'PutUserPolicy',
    input: { UserName, PolicyName: 'second', PolicyDocument: document },
    output: {},
    deniedOn: user,
  },
  {
    operation: 'GetUserPolicy',
    input: { UserName, PolicyName: 'second' },
    output: { UserName, PolicyName: 'second', PolicyDocument: encodeURIComponent(document).replaceAll('*', '%2A') },
    deniedOn: user,
  },
  {
    operation: 'ListUserPolicies',
    input: { UserName },
    output: { PolicyNames: ['second', 'test'], ...isTruncated },
    deniedOn: user,
  },
  { operation: 'DeleteUserPolicy', input: { UserName, PolicyName: 'second' }, output: {}, deniedOn: user },
  {
    operation: 'CreatePolicy',
    input: { PolicyName: 'new', PolicyDocument: document, Description: 'd', Tags: [{ Key: 'k', Value: 'v' }] },
    output: {
      Policy: {
        PolicyName: 'new',
        Arn: arn('policy/new'),
        Path: '/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    },
    deniedOn: ' on resource: policy new',
  },
  {
    operation: 'DeletePolicy',
    input: { PolicyArn: arn('policy/new') },
    output: {},
    deniedOn: ` on resource: policy ${arn('policy/new')}`,
  },
  {
    operation: 'GetPolicy',
    input: { PolicyArn: reader },
    output: { Policy: { PolicyName: 'reader', Path: '/team/', AttachmentCount: 1, Description: 'reads', Tags: [] } },
    deniedOn: policy,
  },
  {
    operation: 'ListPolicies',
    input: { Scope: 'Local' },
    output: { Policies: [{ PolicyName: 'reader', AttachmentCount: 1 }], ...isTruncated },
    deniedOn: ' on resource: policy path /',
  },
  {
    operation: 'CreatePolicyVersion',
    input: { PolicyArn: reader, PolicyDocument: document },
    output: { PolicyVersion: { VersionId: 'v2', IsDefaultVersion: false } },
    deniedOn: policy,
  },
  {
    operation: 'GetPolicyVersion',
    input: { PolicyArn: reader, VersionId: 'v1' },
    output: { PolicyVersion: { VersionId: 'v1', IsDefaultVersion: true } },
    deniedOn: policy,
  },
  { operation: 'SetDefaultPolicyVersion', input: { PolicyArn: reader, VersionId: 'v2' }, output: {}, deniedOn: policy },
  {
    operation: 'ListPolicyVersions',
    input: { PolicyArn: reader },
    output: {
      Versions: [
        { VersionId: 'v2', IsDefaultVersion: true },
        { VersionId: 'v1', IsDefaultVersion: false },
      ],
      ...isTruncated,
    },
    deniedOn: policy,
  },
  { operation: 'DeletePolicyVersion', input: { PolicyArn: reader, VersionId: 'v1' }, output: {}, deniedOn: policy },
  { operation: 'AttachUserPolicy', input: { UserName, PolicyArn: readOnly }, output: {}, deniedOn: user },
  {
    operation: 'ListAttachedUserPolicies',
    input: { UserName },
    output: {
      AttachedPolicies: [
        { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly },
        { PolicyName: 'reader', PolicyArn: reader },
      ],
      ...isTruncated,
    },
    deniedOn: user,
  },
  {
    operation: 'ListEntitiesForPolicy',
    input: { PolicyArn: reader },
    output: { PolicyUsers: [{ UserName }], PolicyGroups: [], PolicyRoles: [], ...isTruncated },
    deniedOn: policy,
  },
  { operation: 'DetachUserPolicy', input: { UserName, PolicyArn: readOnly }, output: {}, deniedOn: user },
  {
    operation: 'TagUser',
    input: {
      UserName,
      Tags: [
        { Key: 'Team', Value: 'green' },
        { Key: 'x', Value: '' },
      ],
    },
    output: {},
    deniedOn: user,
  },
  { operation: 'UntagUser', input: { UserName, TagKeys: ['X', 'unknown'] }, output: {}, deniedOn: user },
  {
    operation: 'ListUserTags',
    input: { UserName },
    output: { Tags: [{ Key: 'Team', Value: 'green' }], ...isTruncated },
    deniedOn: user,
  },
  {
    operation: 'PutUserPermissionsBoundary',
    input: { UserName, PermissionsBoundary: readOnly },
    output: {},
    deniedOn: user,
  },
  { operation: 'DeleteUserPermissionsBoundary', input: { UserName }, output: {}, deniedOn: user },
  {
    operation: 'SimulatePrincipalPolicy',
    input: { PolicySourceArn: arn('user/alice'), ActionNames: ['kms:Encrypt', 'kms:Sign'] },
    output: {
      EvaluationResults: [
        {
          EvalActionName: 'kms:Encrypt',
          EvalResourceName: '*',
          EvalDecision: 'allowed',
          MatchedStatements: [{ SourcePolicyId: 'reader', SourcePolicyType: 'user-managed' }],
        },
        { EvalActionName: 'kms:Sign', EvalDecision: 'implicitDeny', MatchedStatements: [] },
      ],
      ...isTruncated,
    },
    deniedOn: ` on resource: ${arn('user/alice')}`,
  },
  {
    operation: 'SimulateCustomPolicy',
    input: {
      PolicyInputList: [document],
      ActionNames: ['kms:Encrypt'],
      ResourceArns: ['arn:aws:kms:eu-west-2:1:key/x'],
    },
    output: {
      EvaluationResults: [{ EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }] }],
      ...isTruncated,
    },
    deniedOn: ' on resource: *',
  },
  row('TagPolicy', { PolicyArn: reader, Tags: [{ Key: 'x', Value: '1' }] }, `policy ${reader}`),
  row('ListPolicyTags', { PolicyArn: reader }, `policy ${reader}`, {
    Tags: [{ Key: 'x', Value: '1' }],
    ...isTruncated,
  }),
  row('UntagPolicy', { PolicyArn: reader, TagKeys: ['x'] }, `policy ${reader}`),
  ...groupAndRoleRows,
  ...accountRows,
];

/** Operations whose input only an earlier answer knows, or that need an organization; they are tested where that is. */
const elsewhere = [
  'GetServiceLinkedRoleDeletionStatus',
  'EnableMFADevice',
  'ResyncMFADevice',
  'DeactivateMFADevice',
  'GetMFADevice',
  'ChangePassword',
  'GetServiceLastAccessedDetails',
  'GetServiceLastAccessedDetailsWithEntities',
  'UploadServerCertificate',
  'GetServerCertificate',
  'UpdateServerCertificate',
  'DeleteServerCertificate',
  'TagServerCertificate',
  'UntagServerCertificate',
  'ListServerCertificateTags',
  'UploadSigningCertificate',
  'UpdateSigningCertificate',
  'DeleteSigningCertificate',
  'UploadSSHPublicKey',
  'GetSSHPublicKey',
  'UpdateSSHPublicKey',
  'DeleteSSHPublicKey',
  'CreateServiceSpecificCredential',
  'UpdateServiceSpecificCredential',
  'ResetServiceSpecificCredential',
  'DeleteServiceSpecificCredential',
  'AcceptDelegationRequest',
  'AssociateDelegationRequest',
  'CreateDelegationRequest',
  'DisableOrganizationsRootCredentialsManagement',
  'DisableOrganizationsRootSessions',
  'DisableOutboundWebIdentityFederation',
  'EnableOrganizationsRootCredentialsManagement',
  'EnableOrganizationsRootSessions',
  'EnableOutboundWebIdentityFederation',
  'GenerateOrganizationsAccessReport',
  'GetDelegationRequest',
  'GetHumanReadableSummary',
  'GetOrganizationsAccessReport',
  'GetOutboundWebIdentityFederationInfo',
  'ListDelegationRequests',
  'ListOrganizationsFeatures',
  'RejectDelegationRequest',
  'SendDelegationToken',
  'UpdateDelegationRequest',
];

test('the tables cover every operation of the service', () => {
  assert.deepEqual(
    [...rows.map(({ operation }) => operation), ...elsewhere].sort(),
    iam({ store: server.running.store })
      .operations.map(({ name }) => name)
      .sort(),
  );
});

describe('works', () => {
  for (const { operation, input, output } of rows) {
    test(operation, async () => assert.partialDeepStrictEqual(await root(operation, input), output));
  }
});

describe('is refused without permission, with the sentence that says why', () => {
  for (const { operation, input, deniedOn } of rows) {
    test(operation, async () => {
      const action = `iam:${operation}`;
      const message = `User: ${arn('user/powerless')} is not authorized to perform: ${action}${deniedOn} because no identity-based policy allows the ${action} action`;
      await assert.rejects(powerless(operation, input), { Code: 'AccessDenied', message });
    });
  }
});

describe('is journalled, done or refused', () => {
  for (const { operation } of rows) {
    test(operation, async () => {
      const records = (await server.journal()).filter(({ eventName }) => eventName === operation);
      assert.ok(records.some(({ errorCode }) => errorCode === undefined));
      assert.ok(records.some(({ errorCode }) => errorCode === 'AccessDenied'));
    });
  }
});

test('neither the journal nor any later answer shows a secret access key', async () => {
  const { AccessKey } = await root('CreateAccessKey', { UserName: 'powerless' });
  const journal = JSON.stringify(await server.journal());
  assert.ok(journal.includes(AccessKey.AccessKeyId));
  for (const shown of [AccessKey.SecretAccessKey, alice.secretAccessKey]) assert.ok(!journal.includes(shown));
  assert.ok(!('SecretAccessKey' in (await root('ListAccessKeys', { UserName: 'powerless' })).AccessKeyMetadata[0]));
});

test('a restart keeps everything', async () => {
  const reads = rows.filter(({ operation }) => /^(Get|List)/.test(operation));
  const read = (): Promise<unknown[]> =>
    Promise.all(reads.map(({ operation, input }) => root(operation, input).catch(({ message }) => message)));
  const before = await read();
  await server.restart();
  assert.deepEqual(await read(), before);
});
