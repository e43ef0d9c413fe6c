import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { organizationsSender, TestOrganization } from '../../testing/organization.ts';
import { testServer } from '../../testing/server.ts';

const stranger = '999988887777';
const strangerKey = {
  accessKeyId: 'AKIASTRANGERKEY00001',
  secretAccessKey: 'stranger-secret-access-key-0123456789012',
};
const clerkKey = { accessKeyId: 'AKIACLERKOFSTRANGER1', secretAccessKey: 'clerk-secret-access-key-0123456789012345' };
const allowOrganizations = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'organizations:*', Resource: '*' }],
};
const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const server = await testServer({
  seedText: JSON.stringify({
    users: [
      {
        name: 'admin',
        account: stranger,
        accessKeys: [{ id: strangerKey.accessKeyId, secret: strangerKey.secretAccessKey }],
        policies: { all: allowAll },
      },
      {
        name: 'clerk',
        account: stranger,
        accessKeys: [{ id: clerkKey.accessKeyId, secret: clerkKey.secretAccessKey }],
        policies: { organizations: allowOrganizations },
      },
    ],
  }),
});
const organization = await TestOrganization.create(server);
const { send, rootId: RootId } = organization;
const management = '111122223333';
const member = await organization.account('member');
const unit = await organization.unit('unit');
const inner = await organization.unit('inner', unit);
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const scp = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const deny = { Effect: 'Deny', Action: 'iam:*', Resource: '*' };
const policy = (Content: string, Type = SCP, Name = 'p') => ({ Name, Description: '', Type, Content });
const attached = await organization.attach(unit, SCP, deny);
await send('EnableAWSServiceAccess', { ServicePrincipal: 'sso.amazonaws.com' });
await send('RegisterDelegatedAdministrator', { AccountId: member.account, ServicePrincipal: 'sso.amazonaws.com' });
const delegate = await organization.account('delegate');
await send('RegisterDelegatedAdministrator', { AccountId: delegate.account, ServicePrincipal: 'sso.amazonaws.com' });
const absentAccount = '123456789012';
const absentUnit = `ou-${RootId.slice(2)}-absent00`;
const absentPolicy = 'p-absent00';

/** What is refused, with which error and Reason. */
const refusals: readonly [operation: string, input: object, error: string, reason?: string][] = [
  ['CreateOrganization', {}, 'AlreadyInOrganizationException'],
  ['DeleteOrganization', {}, 'OrganizationNotEmptyException'],
  ['EnableAllFeatures', {}, 'HandshakeConstraintViolationException', 'ORGANIZATION_ALREADY_HAS_ALL_FEATURES'],
  ['CreateOrganizationalUnit', { ParentId: absentUnit, Name: 'x' }, 'ParentNotFoundException'],
  ['CreateOrganizationalUnit', { ParentId: RootId, Name: 'unit' }, 'DuplicateOrganizationalUnitException'],
  [
    'CreateOrganizationalUnit',
    { ParentId: RootId, Name: 'x', Tags: [{ Key: 'aws:x', Value: '' }] },
    'InvalidInputException',
    'INVALID_SYSTEM_TAGS_PARAMETER',
  ],
  [
    'CreateOrganizationalUnit',
    {
      ParentId: RootId,
      Name: 'x',
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'a', Value: '' },
      ],
    },
    'InvalidInputException',
    'DUPLICATE_TAG_KEY',
  ],
  [
    'TagResource',
    { ResourceId: unit, Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })) },
    'ConstraintViolationException',
    'MAX_TAG_LIMIT_EXCEEDED',
  ],
  ['TagResource', { ResourceId: 'p-FullAWSAccess', Tags: [] }, 'InvalidInputException', 'TARGET_NOT_SUPPORTED'],
  ['ListTagsForResource', { ResourceId: absentUnit }, 'TargetNotFoundException'],
  ['DescribeOrganizationalUnit', { OrganizationalUnitId: absentUnit }, 'OrganizationalUnitNotFoundException'],
  ['UpdateOrganizationalUnit', { OrganizationalUnitId: absentUnit }, 'OrganizationalUnitNotFoundException'],
  ['DeleteOrganizationalUnit', { OrganizationalUnitId: unit }, 'OrganizationalUnitNotEmptyException'],
  ['ListParents', { ChildId: absentUnit }, 'ChildNotFoundException'],
  ['ListChildren', { ParentId: absentUnit, ChildType: 'ACCOUNT' }, 'ParentNotFoundException'],
  ['ListAccounts', { NextToken: 'damaged' }, 'InvalidInputException', 'INVALID_NEXT_TOKEN'],
  ['ListAccounts', { MaxResults: 21 }, 'InvalidInputException', 'MAX_VALUE_EXCEEDED'],
  ['ListAccounts', { MaxResults: 0 }, 'InvalidInputException', 'MIN_VALUE_EXCEEDED'],
  ['DescribePolicy', { PolicyId: 'x' }, 'InvalidInputException', 'INVALID_PATTERN'],
  ['DescribePolicy', {}, 'InvalidInputException', 'INPUT_REQUIRED'],
  ['ListPolicies', { Filter: 'NO_POLICY' }, 'InvalidInputException', 'INVALID_ENUM'],
  ['DescribeAccount', { AccountId: absentAccount }, 'AccountNotFoundException'],
  ['DescribeCreateAccountStatus', { CreateAccountRequestId: 'car-absent00' }, 'CreateAccountStatusNotFoundException'],
  [
    'CreateAccount',
    { AccountName: 'x', Email: 'x@example.com', RoleName: 'AWSServiceRoleForX' },
    'InvalidInputException',
    'INVALID_ROLE_NAME',
  ],
  [
    'CreateGovCloudAccount',
    { AccountName: 'x', Email: 'x@example.com' },
    'ConstraintViolationException',
    'MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED',
  ],
  [
    'MoveAccount',
    { AccountId: absentAccount, SourceParentId: RootId, DestinationParentId: unit },
    'AccountNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member.account, SourceParentId: unit, DestinationParentId: inner },
    'SourceParentNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member.account, SourceParentId: RootId, DestinationParentId: absentUnit },
    'DestinationParentNotFoundException',
  ],
  [
    'MoveAccount',
    { AccountId: member.account, SourceParentId: RootId, DestinationParentId: RootId },
    'DuplicateAccountException',
  ],
  ['CloseAccount', { AccountId: management }, 'ConstraintViolationException', 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT'],
  ['RemoveAccountFromOrganization', { AccountId: management }, 'MasterCannotLeaveOrganizationException'],
  ['LeaveOrganization', {}, 'MasterCannotLeaveOrganizationException'],
  [
    'RemoveAccountFromOrganization',
    { AccountId: delegate.account },
    'ConstraintViolationException',
    'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
  ],
  [
    'InviteAccountToOrganization',
    { Target: { Type: 'ACCOUNT', Id: member.account } },
    'HandshakeConstraintViolationException',
    'ALREADY_IN_AN_ORGANIZATION',
  ],
  [
    'InviteAccountToOrganization',
    { Target: { Type: 'ORGANIZATION', Id: 'o-exampleorgid' } },
    'InvalidInputException',
    'INVALID_PARTY_TYPE_TARGET',
  ],
  [
    'InviteAccountToOrganization',
    { Target: { Type: 'ACCOUNT', Id: absentAccount } },
    'InvalidInputException',
    'TARGET_NOT_SUPPORTED',
  ],
  [
    'InviteAccountToOrganization',
    { Target: { Type: 'EMAIL', Id: 'absent@example.com' } },
    'InvalidInputException',
    'INVALID_EMAIL_ADDRESS_TARGET',
  ],
  ['DescribeHandshake', { HandshakeId: 'h-absent00' }, 'HandshakeNotFoundException'],
  ['AcceptHandshake', { HandshakeId: 'h-absent00' }, 'HandshakeNotFoundException'],
  ['CreatePolicy', policy('{'), 'MalformedPolicyDocumentException'],
  ['CreatePolicy', policy(scp({ ...deny, Principal: '*' })), 'MalformedPolicyDocumentException'],
  ['CreatePolicy', policy(scp(deny).padEnd(5121)), 'ConstraintViolationException', 'POLICY_CONTENT_LIMIT_EXCEEDED'],
  ['CreatePolicy', policy(scp(deny), SCP, 'FullAWSAccess'), 'DuplicatePolicyException'],
  ['CreatePolicy', policy(scp(deny), RCP), 'MalformedPolicyDocumentException'],
  ['CreatePolicy', policy(scp({ ...deny, Principal: '*', Effect: 'Allow' }), RCP), 'MalformedPolicyDocumentException'],
  ['CreatePolicy', policy(scp({ ...deny, Principal: '*', Action: '*' }), RCP), 'MalformedPolicyDocumentException'],
  [
    'CreatePolicy',
    policy(scp({ ...deny, Principal: { AWS: `arn:aws:iam::${management}:root` } }), RCP),
    'MalformedPolicyDocumentException',
  ],
  ['CreatePolicy', policy(scp(deny), 'TAG_POLICY'), 'MalformedPolicyDocumentException'],
  [
    'CreatePolicy',
    policy(`{"services":{"default":{}}}`.padEnd(2501), 'AISERVICES_OPT_OUT_POLICY'),
    'ConstraintViolationException',
    'POLICY_CONTENT_LIMIT_EXCEEDED',
  ],
  ['DescribePolicy', { PolicyId: absentPolicy }, 'PolicyNotFoundException'],
  ['UpdatePolicy', { PolicyId: 'p-FullAWSAccess', Name: 'x' }, 'InvalidInputException', 'IMMUTABLE_POLICY'],
  ['DeletePolicy', { PolicyId: 'p-FullAWSAccess' }, 'InvalidInputException', 'IMMUTABLE_POLICY'],
  ['DeletePolicy', { PolicyId: attached }, 'PolicyInUseException'],
  ['AttachPolicy', { PolicyId: absentPolicy, TargetId: unit }, 'PolicyNotFoundException'],
  ['AttachPolicy', { PolicyId: attached, TargetId: absentUnit }, 'TargetNotFoundException'],
  ['AttachPolicy', { PolicyId: attached, TargetId: unit }, 'DuplicatePolicyAttachmentException'],
  ['DetachPolicy', { PolicyId: attached, TargetId: inner }, 'PolicyNotAttachedException'],
  [
    'DetachPolicy',
    { PolicyId: 'p-FullAWSAccess', TargetId: inner },
    'ConstraintViolationException',
    'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
  ],
  [
    'DetachPolicy',
    { PolicyId: 'p-RCPFullAWSAccess', TargetId: inner },
    'InvalidInputException',
    'NON_DETACHABLE_POLICY',
  ],
  ['EnablePolicyType', { RootId, PolicyType: SCP }, 'PolicyTypeAlreadyEnabledException'],
  ['EnablePolicyType', { RootId: 'r-absent', PolicyType: SCP }, 'RootNotFoundException'],
  ['DisablePolicyType', { RootId, PolicyType: 'TAG_POLICY' }, 'PolicyTypeNotEnabledException'],
  [
    'EnableAWSServiceAccess',
    { ServicePrincipal: 'example.com' },
    'InvalidInputException',
    'UNRECOGNIZED_SERVICE_PRINCIPAL',
  ],
  [
    'RegisterDelegatedAdministrator',
    { AccountId: member.account, ServicePrincipal: 'ram.amazonaws.com' },
    'ConstraintViolationException',
    'SERVICE_ACCESS_NOT_ENABLED',
  ],
  [
    'RegisterDelegatedAdministrator',
    { AccountId: management, ServicePrincipal: 'sso.amazonaws.com' },
    'ConstraintViolationException',
    'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
  ],
  [
    'RegisterDelegatedAdministrator',
    { AccountId: member.account, ServicePrincipal: 'sso.amazonaws.com' },
    'AccountAlreadyRegisteredException',
  ],
  [
    'DeregisterDelegatedAdministrator',
    { AccountId: member.account, ServicePrincipal: 'ram.amazonaws.com' },
    'AccountNotRegisteredException',
  ],
  ['ListDelegatedServicesForAccount', { AccountId: management }, 'AccountNotRegisteredException'],
  ['DescribeResourcePolicy', {}, 'ResourcePolicyNotFoundException'],
  ['PutResourcePolicy', { Content: '{' }, 'InvalidInputException', 'INVALID_RESOURCE_POLICY_JSON'],
  [
    'PutResourcePolicy',
    {
      Content: scp({
        Effect: 'Allow',
        Principal: { AWS: absentAccount },
        Action: 'organizations:ListRoots',
        Resource: '*',
      }),
    },
    'InvalidInputException',
    'INVALID_PRINCIPAL',
  ],
  [
    'PutResourcePolicy',
    { Content: scp({ Effect: 'Allow', Principal: '*', Action: 'organizations:CloseAccount', Resource: '*' }) },
    'InvalidInputException',
    'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
  ],
];

describe('the management account', () => {
  for (const [operation, input, name, Reason] of refusals) {
    test(`is refused: ${operation} with ${name}${Reason === undefined ? '' : `, ${Reason}`}`, () =>
      assert.rejects(send(operation, input), Reason === undefined ? { name } : { name, Reason }));
  }

  test('builds five levels of units, and no sixth', async () => {
    let ParentId = RootId;
    for (const level of [1, 2, 3, 4, 5]) ParentId = await organization.unit(`level ${level}`, ParentId);
    await assert.rejects(send('CreateOrganizationalUnit', { ParentId, Name: 'level 6' }), {
      name: 'ConstraintViolationException',
      Reason: 'OU_DEPTH_LIMIT_EXCEEDED',
    });
  });

  test('attaches five policies of a type to a target, and no sixth', async () => {
    const target = await organization.unit('five');
    for (const n of [2, 3, 4, 5]) await organization.attach(target, SCP, { ...deny, Sid: `n${n}` });
    await assert.rejects(organization.attach(target, SCP, { ...deny, Sid: 'n6' }), {
      Reason: 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    });
  });

  test('cannot make two accounts with one email address', async () => {
    const again = { AccountName: 'again', Email: 'MEMBER@example.com' };
    const { CreateAccountStatus } = await send('CreateAccount', again);
    await server.advance('1s');
    const status = await send('DescribeCreateAccountStatus', { CreateAccountRequestId: CreateAccountStatus.Id });
    assert.partialDeepStrictEqual(status.CreateAccountStatus, {
      State: 'FAILED',
      FailureReason: 'EMAIL_ALREADY_EXISTS',
    });
  });

  test('makes no account with an address that is none, and goes on to make others', async () => {
    const addresses = ['nul\0@example.com', '\u0001@example.com', 'é@example.com', 'a(b@example.com', '.a@example.com'];
    for (const Email of [
      ...addresses,
      'a@example..com.',
      'a@-example.com',
      'a@exa_mple.com',
      'other.one+tag@example.com',
    ]) {
      const { CreateAccountStatus } = await send('CreateAccount', { AccountName: 'n', Email });
      await server.advance('1s');
      const asked = { CreateAccountRequestId: CreateAccountStatus.Id };
      const { State, FailureReason } = (await send('DescribeCreateAccountStatus', asked)).CreateAccountStatus;
      const expected = Email.startsWith('other') ? ['SUCCEEDED', undefined] : ['FAILED', 'INVALID_EMAIL'];
      assert.deepEqual([State, FailureReason], expected, JSON.stringify(Email));
    }
  });

  test('cannot invite by an address that nothing can have', async () => {
    const Target = { Type: 'EMAIL', Id: 'nul\0@example.com' };
    await assert.rejects(send('InviteAccountToOrganization', { Target }), { Reason: 'INVALID_EMAIL_ADDRESS_TARGET' });
  });

  test('cannot attach policies of a type that is not enabled', async () => {
    const Content = '{"tags":{"cost":{"tag_key":{"@@assign":"Cost"}}}}';
    const { Policy } = await send('CreatePolicy', policy(Content, 'TAG_POLICY', 'cost'));
    const attach = { PolicyId: Policy.PolicySummary.Id, TargetId: RootId };
    await assert.rejects(send('AttachPolicy', attach), { name: 'PolicyTypeNotEnabledException' });
    await send('EnablePolicyType', { RootId, PolicyType: 'TAG_POLICY' });
    await send('AttachPolicy', attach);
    const asked = { PolicyType: 'TAG_POLICY' };
    const { EffectivePolicy } = await send('DescribeEffectivePolicy', asked, member.admin);
    assert.equal(EffectivePolicy.TargetId, member.account);
    assert.equal(EffectivePolicy.PolicyContent, '{"tags":{"cost":{"tag_key":"Cost"}}}');
  });

  test('attaches and detaches policies for those who may do so by their type', async () => {
    const Content = '{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}';
    const { Policy } = await send('CreatePolicy', policy(Content, 'TAG_POLICY', 'team'));
    const tagger = await server.user('tagger', {
      Effect: 'Allow',
      Action: ['organizations:AttachPolicy', 'organizations:DetachPolicy'],
      Resource: '*',
      Condition: { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } },
    });
    const attach = { PolicyId: Policy.PolicySummary.Id, TargetId: unit };
    await send('AttachPolicy', attach, tagger);
    await send('DetachPolicy', attach, tagger);
    await assert.rejects(send('DetachPolicy', { PolicyId: attached, TargetId: unit }, tagger), {
      name: 'AccessDeniedException',
    });
  });

  test('pages through a list with tokens that belong to it', async () => {
    const first = await send('ListAccounts', { MaxResults: 1 });
    const second = await send('ListAccounts', { MaxResults: 1, NextToken: first.NextToken });
    assert.notEqual(first.Accounts[0].Id, second.Accounts[0].Id);
    await assert.rejects(send('ListRoots', { NextToken: first.NextToken }), { Reason: 'INVALID_NEXT_TOKEN' });
  });
});

describe('a member account', () => {
  test('knows its organization, and reads and changes nothing of it', async () => {
    const { admin } = await organization.account('plain');
    assert.equal((await send('DescribeOrganization', {}, admin)).Organization.Id, organization.id);
    const denied = { name: 'AccessDeniedException', message: "You don't have permissions to access this resource." };
    await assert.rejects(send('ListAccounts', {}, admin), denied);
    await assert.rejects(send('CreateOrganizationalUnit', { ParentId: RootId, Name: 'mine' }, admin), denied);
  });

  test('reads everything while it administers a service, and changes nothing', async () => {
    assert.ok((await send('ListAccounts', {}, member.admin)).Accounts.length > 1);
    await assert.rejects(send('CreateOrganizationalUnit', { ParentId: RootId, Name: 'mine' }, member.admin), {
      name: 'AccessDeniedException',
    });
  });

  test('does what the resource policy delegates, and nothing else', async () => {
    const { account, admin } = await organization.account('delegated');
    const Content = scp({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['organizations:CreatePolicy', 'organizations:ListPolicies'],
      Resource: '*',
      Condition: { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } },
    });
    await send('PutResourcePolicy', { Content });
    await send('ListPolicies', { Filter: 'TAG_POLICY' }, admin);
    await send('CreatePolicy', policy('{"tags":{}}', 'TAG_POLICY', 'delegated'), admin);
    await assert.rejects(send('ListPolicies', { Filter: SCP }, admin), { name: 'AccessDeniedException' });
    await assert.rejects(send('ListRoots', {}, admin), { name: 'AccessDeniedException' });
    await send('DeleteResourcePolicy');
    await assert.rejects(send('ListPolicies', { Filter: 'TAG_POLICY' }, admin), { name: 'AccessDeniedException' });
  });
});

test('an account in no organization is told so', async () => {
  for (const operation of ['DescribeOrganization', 'ListAccounts', 'LeaveOrganization', 'ListRoots']) {
    await assert.rejects(send(operation, {}, strangerKey), { name: 'AWSOrganizationsNotInUseException' });
  }
  assert.deepEqual((await send('ListHandshakesForAccount', {}, strangerKey)).Handshakes, []);
});

describe('an invitation', () => {
  const Target = { Type: 'ACCOUNT', Id: stranger };
  const inviteStranger = async () => (await send('InviteAccountToOrganization', { Target })).Handshake.Id;

  test('is answered by its recipient alone, once', async () => {
    const HandshakeId = await inviteStranger();
    await assert.rejects(send('InviteAccountToOrganization', { Target }), { name: 'DuplicateHandshakeException' });
    await assert.rejects(send('AcceptHandshake', { HandshakeId }), { name: 'HandshakeNotFoundException' });
    await assert.rejects(send('CancelHandshake', { HandshakeId }, strangerKey), { name: 'HandshakeNotFoundException' });
    await assert.rejects(send('DescribeHandshake', { HandshakeId }, member.admin), {
      name: 'HandshakeNotFoundException',
    });
    await send('DeclineHandshake', { HandshakeId }, strangerKey);
    await assert.rejects(send('DeclineHandshake', { HandshakeId }, strangerKey), {
      name: 'HandshakeAlreadyInStateException',
    });
    await assert.rejects(send('AcceptHandshake', { HandshakeId }, strangerKey), {
      name: 'InvalidHandshakeTransitionException',
    });
  });

  test('is accepted by those who may let Organizations have its role', async () => {
    const HandshakeId = await inviteStranger();
    const role = `arn:aws:iam::${stranger}:role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations`;
    await assert.rejects(send('AcceptHandshake', { HandshakeId }, clerkKey), {
      name: 'AccessDeniedException',
      message: new RegExp(`not authorized to perform: iam:CreateServiceLinkedRole on resource: ${role} `),
    });
    await send('DeclineHandshake', { HandshakeId }, clerkKey);
  });

  test('expires after 15 days, and is forgotten 30 days later', async () => {
    const HandshakeId = await inviteStranger();
    const state = async () => (await send('DescribeHandshake', { HandshakeId })).Handshake.State;
    await server.advance('14d');
    assert.equal(await state(), 'OPEN');
    await server.advance('2d');
    assert.equal(await state(), 'EXPIRED');
    await server.advance('31d');
    await assert.rejects(state(), { name: 'HandshakeNotFoundException' });
  });
});

test('all features come when every invited account has approved and the management account completes it', async () => {
  const seed = { name: 'admin', account: stranger, policies: { all: allowAll } };
  const accessKeys = [{ id: strangerKey.accessKeyId, secret: strangerKey.secretAccessKey }];
  const other = await testServer({ seedText: JSON.stringify({ users: [{ ...seed, accessKeys }] }) });
  const ask = organizationsSender(other);
  await ask('CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' });
  const root = (await ask('ListRoots')).Roots[0].Id;
  await assert.rejects(ask('EnablePolicyType', { RootId: root, PolicyType: SCP }), {
    name: 'PolicyTypeNotAvailableForOrganizationException',
  });
  const invitation = await ask('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: stranger } });
  await ask('AcceptHandshake', { HandshakeId: invitation.Handshake.Id }, strangerKey);

  const { Handshake } = await ask('EnableAllFeatures');
  assert.equal(Handshake.State, 'REQUESTED');
  await assert.rejects(ask('AcceptHandshake', { HandshakeId: Handshake.Id }), {
    name: 'HandshakeConstraintViolationException',
  });
  const Filter = { ActionType: 'APPROVE_ALL_FEATURES' };
  const [approval] = (await ask('ListHandshakesForAccount', { Filter }, strangerKey)).Handshakes;
  await ask('AcceptHandshake', { HandshakeId: approval.Id }, strangerKey);
  await ask('AcceptHandshake', { HandshakeId: Handshake.Id });
  assert.equal((await ask('DescribeOrganization')).Organization.FeatureSet, 'ALL');
  await ask('EnablePolicyType', { RootId: root, PolicyType: SCP });
});

describe('who creates something with tags', () => {
  const Tags = [{ Key: 'team', Value: 'red' }];
  const creations: readonly [operation: string, input: object][] = [
    ['CreateOrganizationalUnit', { ParentId: RootId, Name: 'tagged' }],
    ['CreatePolicy', policy(scp(deny), SCP, 'tagged')],
    ['CreateAccount', { AccountName: 'tagged', Email: 'tagged@example.com' }],
  ];
  for (const [operation, input] of creations) {
    test(`${operation} needs organizations:TagResource too`, async () => {
      const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
      const creator = await server.user(`c-${operation}`, allow(`organizations:${operation}`));
      await assert.rejects(send(operation, { ...input, Tags }, creator), {
        name: 'AccessDeniedException',
        message: /not authorized to perform: organizations:TagResource on resource: /,
      });
      const tagger = await server.user(
        `t-${operation}`,
        allow(`organizations:${operation}`, 'organizations:TagResource'),
      );
      await send(operation, { ...input, Tags }, tagger);
    });
  }
});
