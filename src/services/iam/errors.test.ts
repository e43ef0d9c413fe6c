import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allowing, documentOf, iamArn, sender, userSender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const slr = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
const used = iamArn('policy/used');
const unused = iamArn('policy/unused');
const gone = iamArn('policy/gone');
const document = documentOf(allowing('kms:Encrypt'));
const large = (characters: number): string =>
  documentOf({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*', Sid: 'x'.repeat(characters) });
const full = await server.user('full', allowing('kms:Encrypt'));
await root('CreateAccessKey', { UserName: 'full' });
await root('TagUser', { UserName: 'full', Tags: tags(50) });
for (let index = 0; index < 10; index++) {
  const { Policy } = await root('CreatePolicy', { PolicyName: `p${index}`, PolicyDocument: document });
  await root('AttachUserPolicy', { UserName: 'full', PolicyArn: Policy.Arn });
}
await root('CreateUser', { UserName: 'empty' });
await root('CreateUser', { UserName: 'keys' });
const { AccessKey: keyOfKeys } = await root('CreateAccessKey', { UserName: 'keys' });
await root('CreateUser', { UserName: 'inline' });
await root('PutUserPolicy', { UserName: 'inline', PolicyName: 'i', PolicyDocument: document });
await root('CreatePolicy', { PolicyName: 'used', PolicyDocument: document });
await root('PutUserPermissionsBoundary', { UserName: 'empty', PermissionsBoundary: used });
await root('CreatePolicy', { PolicyName: 'unused', PolicyDocument: document });
for (let version = 2; version <= 5; version++) {
  await root('CreatePolicyVersion', { PolicyArn: unused, PolicyDocument: document });
}

function tags(count: number, prefix = 'k'): object[] {
  return Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: '' }));
}

type Row = readonly [operation: string, input: object, code: string, message: string, status?: number];

const noUser = 'The user with name nobody cannot be found.';
const ofNobody = (operation: string, input: object = {}): Row => [
  operation,
  { UserName: 'nobody', ...input },
  'NoSuchEntity',
  noUser,
  404,
];
const ofGone = (operation: string, input: object = {}): Row => [
  operation,
  { PolicyArn: gone, ...input },
  'NoSuchEntity',
  `Policy ${gone} was not found.`,
  404,
];
const key = { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' };
const noKey = `The Access Key with id ${key.AccessKeyId} cannot be found.`;
const notAttachable = (arn: string): string => `Policy ${arn} does not exist or is not attachable.`;
const notABoundary = (arn: string): string => `Scope ARN: ${arn} does not exist or is not attachable.`;

const rows: readonly Row[] = [
  ofNobody('GetUser'),
  ofNobody('UpdateUser'),
  ofNobody('DeleteUser'),
  ofNobody('CreateAccessKey'),
  ofNobody('ListAccessKeys'),
  ofNobody('UpdateAccessKey', { ...key, Status: 'Active' }),
  ofNobody('DeleteAccessKey', key),
  ofNobody('PutUserPolicy', { PolicyName: 'p', PolicyDocument: document }),
  ofNobody('GetUserPolicy', { PolicyName: 'p' }),
  ofNobody('ListUserPolicies'),
  ofNobody('DeleteUserPolicy', { PolicyName: 'p' }),
  ofNobody('AttachUserPolicy', { PolicyArn: readOnly }),
  ofNobody('DetachUserPolicy', { PolicyArn: readOnly }),
  ofNobody('ListAttachedUserPolicies'),
  ofNobody('TagUser', { Tags: [] }),
  ofNobody('UntagUser', { TagKeys: [] }),
  ofNobody('ListUserTags'),
  ofNobody('PutUserPermissionsBoundary', { PermissionsBoundary: readOnly }),
  ofNobody('DeleteUserPermissionsBoundary'),
  [
    'SimulatePrincipalPolicy',
    { PolicySourceArn: iamArn('user/nobody'), ActionNames: ['kms:Sign'] },
    'NoSuchEntity',
    noUser,
    404,
  ],

  ofGone('GetPolicy'),
  ofGone('DeletePolicy'),
  ofGone('CreatePolicyVersion', { PolicyDocument: document }),
  ofGone('GetPolicyVersion', { VersionId: 'v1' }),
  ofGone('ListPolicyVersions'),
  ofGone('SetDefaultPolicyVersion', { VersionId: 'v1' }),
  ofGone('DeletePolicyVersion', { VersionId: 'v1' }),
  ofGone('ListEntitiesForPolicy'),
  ofGone('DetachUserPolicy', { UserName: 'empty' }),
  ['AttachUserPolicy', { UserName: 'empty', PolicyArn: gone }, 'NoSuchEntity', notAttachable(gone), 404],
  [
    'PutUserPermissionsBoundary',
    { UserName: 'full', PermissionsBoundary: gone },
    'NoSuchEntity',
    notABoundary(gone),
    404,
  ],
  ['CreateUser', { UserName: 'new', PermissionsBoundary: gone }, 'NoSuchEntity', notABoundary(gone), 404],
  ['AttachUserPolicy', { UserName: 'empty', PolicyArn: slr }, 'PolicyNotAttachable', notAttachable(slr), 400],
  [
    'PutUserPermissionsBoundary',
    { UserName: 'full', PermissionsBoundary: slr },
    'PolicyNotAttachable',
    notAttachable(slr),
    400,
  ],
  ...['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'].map(
    (operation): Row => [
      operation,
      { PolicyArn: unused, VersionId: 'v9' },
      'NoSuchEntity',
      `Policy ${unused} version v9 does not exist or is not attachable.`,
      404,
    ],
  ),
  ...['GetUserPolicy', 'DeleteUserPolicy'].map(
    (operation): Row => [
      operation,
      { UserName: 'full', PolicyName: 'none' },
      'NoSuchEntity',
      'The user policy with name none cannot be found.',
      404,
    ],
  ),
  ['UpdateAccessKey', { UserName: 'full', ...key, Status: 'Active' }, 'NoSuchEntity', noKey, 404],
  ['DeleteAccessKey', { UserName: 'full', ...key }, 'NoSuchEntity', noKey, 404],
  [
    'DeleteAccessKey',
    { UserName: 'keys', AccessKeyId: full.accessKeyId },
    'NoSuchEntity',
    `The Access Key with id ${full.accessKeyId} cannot be found.`,
    404,
  ],

  ['CreateUser', { UserName: 'FULL' }, 'EntityAlreadyExists', 'User with name FULL already exists.', 409],
  [
    'UpdateUser',
    { UserName: 'empty', NewUserName: 'Full' },
    'EntityAlreadyExists',
    'User with name Full already exists.',
    409,
  ],
  [
    'CreatePolicy',
    { PolicyName: 'USED', Path: '/x/', PolicyDocument: document },
    'EntityAlreadyExists',
    'A policy called USED already exists. Duplicate names are not allowed.',
    409,
  ],

  ['DeleteUser', { UserName: 'full' }, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409],
  ['DeleteUser', { UserName: 'inline' }, 'DeleteConflict', 'Cannot delete entity, must delete policies first.', 409],
  ['DeleteUser', { UserName: 'keys' }, 'DeleteConflict', 'Cannot delete entity, must delete access keys first.', 409],
  ['DeletePolicy', { PolicyArn: used }, 'DeleteConflict', 'Cannot delete a policy attached to entities.', 409],
  [
    'DeletePolicy',
    { PolicyArn: iamArn('policy/p0') },
    'DeleteConflict',
    'Cannot delete a policy attached to entities.',
    409,
  ],
  [
    'DeletePolicy',
    { PolicyArn: unused },
    'DeleteConflict',
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    409,
  ],
  [
    'DeletePolicyVersion',
    { PolicyArn: unused, VersionId: 'v1' },
    'DeleteConflict',
    'Cannot delete the default version of a policy.',
    409,
  ],

  ['CreateAccessKey', { UserName: 'full' }, 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2', 409],
  [
    'AttachUserPolicy',
    { UserName: 'full', PolicyArn: readOnly },
    'LimitExceeded',
    'Cannot exceed quota for PoliciesPerUser: 10',
    409,
  ],
  [
    'TagUser',
    { UserName: 'full', Tags: tags(1, 'more') },
    'LimitExceeded',
    'The number of tags has reached the maximum limit.',
    409,
  ],
  [
    'PutUserPolicy',
    { UserName: 'full', PolicyName: 'more', PolicyDocument: large(1900) },
    'LimitExceeded',
    'Maximum policy size of 2048 bytes exceeded for user full',
    409,
  ],
  [
    'CreatePolicy',
    { PolicyName: 'x', PolicyDocument: large(6100) },
    'LimitExceeded',
    'Cannot exceed quota for PolicySize: 6144',
    409,
  ],
  [
    'CreatePolicyVersion',
    { PolicyArn: used, PolicyDocument: large(6100) },
    'LimitExceeded',
    'Cannot exceed quota for PolicySize: 6144',
    409,
  ],
  [
    'CreatePolicyVersion',
    { PolicyArn: unused, PolicyDocument: document },
    'LimitExceeded',
    'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    409,
  ],

  [
    'PutUserPolicy',
    { UserName: 'full', PolicyName: 'x', PolicyDocument: '{' },
    'MalformedPolicyDocument',
    'Syntax errors in policy.',
    400,
  ],
  [
    'CreatePolicy',
    { PolicyName: 'x', PolicyDocument: '{}' },
    'MalformedPolicyDocument',
    'Syntax errors in policy.',
    400,
  ],
  [
    'CreatePolicyVersion',
    { PolicyArn: used, PolicyDocument: document.replace('2012-10-17', '2008-10-17') },
    'MalformedPolicyDocument',
    'Policy document must be version 2012-10-17 or greater.',
    400,
  ],
  [
    'PutUserPolicy',
    {
      UserName: 'full',
      PolicyName: 'x',
      PolicyDocument: documentOf({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }),
    },
    'MalformedPolicyDocument',
    'Has prohibited field Principal',
    400,
  ],

  ...['CreateUser', 'TagUser'].map(
    (operation): Row => [
      operation,
      {
        UserName: operation === 'TagUser' ? 'empty' : 'new',
        Tags: [
          { Key: 'Team', Value: '' },
          { Key: 'team', Value: '' },
        ],
      },
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      400,
    ],
  ),
  [
    'TagUser',
    { UserName: 'empty', Tags: [{ Key: 'AWS:x', Value: '' }] },
    'InvalidInput',
    'Tag keys must not begin with "aws:", which is reserved for system tags.',
    400,
  ],
  ...['GetPolicy', 'DeletePolicy', 'ListPolicyVersions', 'ListEntitiesForPolicy'].map(
    (operation): Row => [
      operation,
      { PolicyArn: 'arn:aws:iam::aws:role/ReadOnlyAccess' },
      'InvalidInput',
      'ARN arn:aws:iam::aws:role/ReadOnlyAccess is not valid.',
      400,
    ],
  ),
  [
    'AttachUserPolicy',
    { UserName: 'empty', PolicyArn: 'this is no ARN at all' },
    'ValidationError',
    'ARN this is no ARN at all is not valid.',
    400,
  ],
  [
    'UpdateAccessKey',
    { UserName: 'keys', AccessKeyId: keyOfKeys.AccessKeyId, Status: 'Expired' },
    'InvalidInput',
    'The status of an access key can be set to Active or Inactive only.',
    400,
  ],
  [
    'SimulatePrincipalPolicy',
    { PolicySourceArn: iamArn('instance-profile/admins'), ActionNames: ['kms:Sign'] },
    'InvalidInput',
    `Invalid Entity Arn: ${iamArn('instance-profile/admins')} does not clearly define entity type and name.`,
    400,
  ],
  [
    'SimulateCustomPolicy',
    { PolicyInputList: [document], ActionNames: ['Sign'] },
    'InvalidInput',
    'Invalid Action: Sign',
    400,
  ],
  [
    'SimulateCustomPolicy',
    { PolicyInputList: ['{}'], ActionNames: ['kms:Sign'] },
    'InvalidInput',
    'Invalid Content PolicyInputList.1: Syntax errors in policy.',
    400,
  ],
  [
    'GetAccessKeyLastUsed',
    key,
    'AccessDenied',
    `User: ${iamArn('root')} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${key.AccessKeyId}`,
    403,
  ],

  ...['AddUserToGroup', 'RemoveUserFromGroup'].map(
    (operation): Row => [
      operation,
      { GroupName: 'nobodies', UserName: 'nobody' },
      'NoSuchEntity',
      'The user with name nobody cannot be found.',
      404,
    ],
  ),
  [
    'DeleteAccountPasswordPolicy',
    {},
    'NoSuchEntity',
    'The account policy with name PasswordPolicy cannot be found.',
    404,
  ],
  [
    'DeleteOpenIDConnectProvider',
    { OpenIDConnectProviderArn: iamArn('oidc-provider/gone.example.com') },
    'NoSuchEntity',
    `OpenId connect Provider ${iamArn('oidc-provider/gone.example.com')} cannot be found.`,
    404,
  ],

  ...['ListUsers', 'ListPolicies'].map(
    (operation): Row => [operation, { Marker: 'x' }, 'ValidationError', 'Invalid Marker.', 400],
  ),
  [
    'CreateUser',
    { UserName: 'a b' },
    'ValidationError',
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    400,
  ],
  [
    'CreateUser',
    { UserName: 'x', Path: 'x' },
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    400,
  ],
  [
    'ListUsers',
    { PathPrefix: 'x' },
    'ValidationError',
    'The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.',
    400,
  ],
  [
    'CreateUser',
    { UserName: 'x'.repeat(65) },
    'ValidationError',
    "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64",
    400,
  ],
  [
    'CreateUser',
    {},
    'ValidationError',
    "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null",
    400,
  ],
  [
    'UpdateAccountPasswordPolicy',
    { MinimumPasswordLength: 129 },
    'ValidationError',
    "1 validation error detected: Value at 'minimumPasswordLength' failed to satisfy constraint: Member must have value less than or equal to 128",
    400,
  ],
];

describe('answers', () => {
  for (const [operation, input, code, message, status] of rows) {
    test(`${operation} ${JSON.stringify(input).slice(0, 100)} with ${code}`, async () => {
      const before = (await server.journal(operation)).length;
      await assert.rejects(root(operation, input), (error: { Code: string; message: string; $metadata: object }) => {
        assert.deepEqual({ code: error.Code, message: error.message }, { code, message });
        assert.partialDeepStrictEqual(error.$metadata, { httpStatusCode: status });
        return true;
      });
      const records = await server.journal(operation);
      assert.equal(records.length, before + 1);
      assert.equal(records.at(-1)!.errorMessage, message);
    });
  }
});

describe('of a user or policy that does not exist', () => {
  test('only those learn who are allowed to ask', async () => {
    const stranger = await userSender(server, 'stranger');
    await assert.rejects(stranger('GetUser', { UserName: 'nobody' }), { Code: 'AccessDenied' });
    await assert.rejects(stranger('GetPolicy', { PolicyArn: gone }), { Code: 'AccessDenied' });
    const reader = await userSender(server, 'reader', allowing('iam:Get*'));
    await assert.rejects(reader('GetUser', { UserName: 'nobody' }), { Code: 'NoSuchEntity' });
  });
});

for (const [operation, input] of [
  ['DeletePolicy', { PolicyArn: readOnly }],
  ['CreatePolicyVersion', { PolicyArn: readOnly, PolicyDocument: document }],
  ['SetDefaultPolicyVersion', { PolicyArn: readOnly, VersionId: 'v1' }],
  ['DeletePolicyVersion', { PolicyArn: readOnly, VersionId: 'v1' }],
] as const) {
  test(`nobody can ${operation} one of AWS's policies, not even root`, () =>
    assert.rejects(root(operation, input), { Code: 'AccessDenied' }));
}
