import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { organizationsSender } from '../../testing/organization.ts';
import { rootCredentials, testServer } from '../../testing/server.ts';
import { organizations } from './index.ts';

const management = '111122223333';
const invitee = '999988887777';
const payer = '888877776666';
const payerKey = { accessKeyId: 'AKIAPAYERKEY00000001', secretAccessKey: 'payer-secret-access-key-0123456789012345' };
const inviteeKey = { accessKeyId: 'AKIAINVITEEKEY000001', secretAccessKey: 'invitee-secret-access-key-01234567890123' };
const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const server = await testServer({
  persistent: true,
  seedText: JSON.stringify({
    users: [
      {
        name: 'admin',
        account: invitee,
        accessKeys: [{ id: inviteeKey.accessKeyId, secret: inviteeKey.secretAccessKey }],
        policies: { all: allowAll },
      },
      {
        name: 'admin',
        account: payer,
        accessKeys: [{ id: payerKey.accessKeyId, secret: payerKey.secretAccessKey }],
        policies: { all: allowAll },
      },
    ],
  }),
});
const send = organizationsSender(server);
const powerless = await server.user('powerless');

/** What earlier rows made, by name. */
const made: Record<string, string> = {};
const remember = (name: string, value: string): void => {
  made[name] = value;
};
const content = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
});
/** The first moment of the month after next. */
const startOfTransfer = (): Date => {
  const now = server.running.clock.now();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2));
};
const tags = [{ Key: 'team', Value: 'blue' }];

interface Row {
  readonly operation: string;
  readonly input?: () => object;
  /** Part of the answer. */
  readonly output?: () => object;
  readonly before?: () => Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every operation
  readonly after?: (output: any) => unknown;
  /** Who asks; absent: root of the management account. */
  readonly as?: typeof inviteeKey;
  /** The error of those that never work. */
  readonly fails?: string;
}

const acctArn = (account: string) => `arn:aws:organizations::${management}:account/${made.organization}/${account}`;

/** In an order in which each works. */
const rows: readonly Row[] = [
  {
    operation: 'CreateOrganization',
    input: () => ({ FeatureSet: 'ALL' }),
    output: () => ({ Organization: { FeatureSet: 'ALL', MasterAccountId: management } }),
    after: ({ Organization }) => remember('organization', Organization.Id),
  },
  {
    operation: 'DescribeOrganization',
    output: () => ({
      Organization: {
        Id: made.organization,
        Arn: `arn:aws:organizations::${management}:organization/${made.organization}`,
        MasterAccountArn: acctArn(management),
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    }),
  },
  {
    operation: 'ListRoots',
    output: () => ({ Roots: [{ Name: 'Root', PolicyTypes: [] }] }),
    after: ({ Roots }) => remember('root', Roots[0].Id),
  },
  {
    operation: 'EnablePolicyType',
    input: () => ({ RootId: made.root, PolicyType: 'SERVICE_CONTROL_POLICY' }),
    output: () => ({ Root: { PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] } }),
  },
  {
    operation: 'CreateOrganizationalUnit',
    input: () => ({ ParentId: made.root, Name: 'dev', Tags: tags }),
    output: () => ({ OrganizationalUnit: { Name: 'dev' } }),
    after: ({ OrganizationalUnit }) => remember('unit', OrganizationalUnit.Id),
  },
  {
    operation: 'UpdateOrganizationalUnit',
    input: () => ({ OrganizationalUnitId: made.unit, Name: 'development' }),
    output: () => ({ OrganizationalUnit: { Id: made.unit, Name: 'development' } }),
  },
  {
    operation: 'DescribeOrganizationalUnit',
    input: () => ({ OrganizationalUnitId: made.unit }),
    output: () => ({
      OrganizationalUnit: {
        Id: made.unit,
        Arn: `arn:aws:organizations::${management}:ou/${made.organization}/${made.unit}`,
        Path: `${made.organization}/${made.root}/${made.unit}/`,
      },
    }),
  },
  {
    operation: 'ListOrganizationalUnitsForParent',
    input: () => ({ ParentId: made.root }),
    output: () => ({ OrganizationalUnits: [{ Id: made.unit }] }),
  },
  {
    operation: 'CreateAccount',
    input: () => ({ AccountName: 'dev', Email: 'dev@example.com', RoleName: 'Admin', Tags: tags }),
    output: () => ({ CreateAccountStatus: { AccountName: 'dev', State: 'IN_PROGRESS' } }),
    after: async ({ CreateAccountStatus }) => {
      remember('request', CreateAccountStatus.Id);
      await server.advance('1s');
    },
  },
  {
    operation: 'DescribeCreateAccountStatus',
    input: () => ({ CreateAccountRequestId: made.request }),
    output: () => ({ CreateAccountStatus: { Id: made.request, State: 'SUCCEEDED' } }),
    after: ({ CreateAccountStatus }) => remember('account', CreateAccountStatus.AccountId),
  },
  {
    operation: 'ListCreateAccountStatus',
    input: () => ({ States: ['SUCCEEDED'] }),
    output: () => ({ CreateAccountStatuses: [{ Id: made.request, AccountId: made.account }] }),
  },
  {
    operation: 'CreateGovCloudAccount',
    input: () => ({ AccountName: 'gov', Email: 'gov@example.com' }),
    fails: 'ConstraintViolationException',
  },
  {
    operation: 'DescribeAccount',
    input: () => ({ AccountId: made.account }),
    output: () => ({
      Account: {
        Id: made.account,
        Arn: acctArn(made.account!),
        Email: 'dev@example.com',
        Name: 'dev',
        Status: 'ACTIVE',
        State: 'ACTIVE',
        JoinedMethod: 'CREATED',
      },
    }),
  },
  {
    operation: 'MoveAccount',
    input: () => ({ AccountId: made.account, SourceParentId: made.root, DestinationParentId: made.unit }),
  },
  {
    operation: 'ListParents',
    input: () => ({ ChildId: made.account }),
    output: () => ({ Parents: [{ Id: made.unit, Type: 'ORGANIZATIONAL_UNIT' }] }),
  },
  {
    operation: 'ListChildren',
    input: () => ({ ParentId: made.unit, ChildType: 'ACCOUNT' }),
    output: () => ({ Children: [{ Id: made.account, Type: 'ACCOUNT' }] }),
  },
  {
    operation: 'ListAccountsForParent',
    input: () => ({ ParentId: made.unit }),
    output: () => ({ Accounts: [{ Id: made.account }] }),
  },
  {
    operation: 'ListAccounts',
    input: () => ({ MaxResults: 20 }),
    after: ({ Accounts }) => assert.equal(Accounts.length, 2),
  },
  {
    operation: 'CreatePolicy',
    input: () => ({
      Name: 'no-iam',
      Description: 'No IAM',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: content,
      Tags: tags,
    }),
    output: () => ({ Policy: { PolicySummary: { Name: 'no-iam', AwsManaged: false }, Content: content } }),
    after: ({ Policy }) => remember('policy', Policy.PolicySummary.Id),
  },
  {
    operation: 'DescribePolicy',
    input: () => ({ PolicyId: made.policy }),
    output: () => ({
      Policy: {
        PolicySummary: {
          Arn: `arn:aws:organizations::${management}:policy/${made.organization}/service_control_policy/${made.policy}`,
          Description: 'No IAM',
        },
      },
    }),
  },
  { operation: 'UpdatePolicy', input: () => ({ PolicyId: made.policy, Description: 'Less IAM' }) },
  {
    operation: 'ListPolicies',
    input: () => ({ Filter: 'SERVICE_CONTROL_POLICY' }),
    after: ({ Policies }) =>
      assert.deepEqual(Policies.map(({ Id }: { Id: string }) => Id).sort(), ['p-FullAWSAccess', made.policy].sort()),
  },
  { operation: 'AttachPolicy', input: () => ({ PolicyId: made.policy, TargetId: made.account }) },
  {
    operation: 'ListTargetsForPolicy',
    input: () => ({ PolicyId: made.policy }),
    output: () => ({
      Targets: [{ TargetId: made.account, Name: 'dev', Type: 'ACCOUNT', Arn: acctArn(made.account!) }],
    }),
  },
  {
    operation: 'ListPoliciesForTarget',
    input: () => ({ TargetId: made.account, Filter: 'SERVICE_CONTROL_POLICY' }),
    after: ({ Policies }) => assert.equal(Policies.length, 2),
  },
  { operation: 'DetachPolicy', input: () => ({ PolicyId: made.policy, TargetId: made.account }) },
  { operation: 'DeletePolicy', input: () => ({ PolicyId: made.policy }) },
  {
    operation: 'DescribeEffectivePolicy',
    input: () => ({ PolicyType: 'TAG_POLICY', TargetId: made.account }),
    fails: 'EffectivePolicyNotFoundException',
  },
  {
    operation: 'ListAccountsWithInvalidEffectivePolicy',
    input: () => ({ PolicyType: 'TAG_POLICY' }),
    output: () => ({ Accounts: [], PolicyType: 'TAG_POLICY' }),
  },
  {
    operation: 'ListEffectivePolicyValidationErrors',
    input: () => ({ PolicyType: 'TAG_POLICY', AccountId: made.account }),
    output: () => ({ AccountId: made.account, EffectivePolicyValidationErrors: [] }),
  },
  { operation: 'EnableAWSServiceAccess', input: () => ({ ServicePrincipal: 'sso.amazonaws.com' }) },
  {
    operation: 'ListAWSServiceAccessForOrganization',
    output: () => ({ EnabledServicePrincipals: [{ ServicePrincipal: 'sso.amazonaws.com' }] }),
  },
  {
    operation: 'RegisterDelegatedAdministrator',
    input: () => ({ AccountId: made.account, ServicePrincipal: 'sso.amazonaws.com' }),
  },
  {
    operation: 'ListDelegatedAdministrators',
    input: () => ({ ServicePrincipal: 'sso.amazonaws.com' }),
    output: () => ({ DelegatedAdministrators: [{ Id: made.account, Name: 'dev' }] }),
  },
  {
    operation: 'ListDelegatedServicesForAccount',
    input: () => ({ AccountId: made.account }),
    output: () => ({ DelegatedServices: [{ ServicePrincipal: 'sso.amazonaws.com' }] }),
  },
  {
    operation: 'DeregisterDelegatedAdministrator',
    input: () => ({ AccountId: made.account, ServicePrincipal: 'sso.amazonaws.com' }),
  },
  { operation: 'DisableAWSServiceAccess', input: () => ({ ServicePrincipal: 'sso.amazonaws.com' }) },
  {
    operation: 'TagResource',
    input: () => ({ ResourceId: made.unit, Tags: [{ Key: 'cost', Value: '1' }] }),
  },
  {
    operation: 'ListTagsForResource',
    input: () => ({ ResourceId: made.unit }),
    output: () => ({ Tags: [{ Key: 'cost', Value: '1' }, ...tags] }),
  },
  { operation: 'UntagResource', input: () => ({ ResourceId: made.unit, TagKeys: ['cost'] }) },
  {
    operation: 'PutResourcePolicy',
    input: () => ({
      Content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${made.account}:root` },
            Action: 'organizations:ListPolicies',
            Resource: '*',
          },
        ],
      }),
    }),
    after: ({ ResourcePolicy }) => assert.match(ResourcePolicy.ResourcePolicySummary.Id, /^rp-/),
  },
  {
    operation: 'DescribeResourcePolicy',
    after: ({ ResourcePolicy }) => assert.match(ResourcePolicy.Content, /ListPolicies/),
  },
  { operation: 'DeleteResourcePolicy' },
  { operation: 'DisablePolicyType', input: () => ({ RootId: made.root, PolicyType: 'SERVICE_CONTROL_POLICY' }) },
  {
    operation: 'InviteAccountToOrganization',
    input: () => ({ Target: { Type: 'ACCOUNT', Id: invitee }, Notes: 'come in', Tags: tags }),
    output: () => ({ Handshake: { Action: 'INVITE', State: 'OPEN' } }),
    after: ({ Handshake }) => remember('handshake', Handshake.Id),
  },
  {
    operation: 'DescribeHandshake',
    input: () => ({ HandshakeId: made.handshake }),
    output: () => ({
      Handshake: {
        Arn: `arn:aws:organizations::${management}:handshake/${made.organization}/invite/${made.handshake}`,
        Parties: [
          { Id: made.organization, Type: 'ORGANIZATION' },
          { Id: invitee, Type: 'ACCOUNT' },
        ],
      },
    }),
  },
  {
    operation: 'ListHandshakesForOrganization',
    input: () => ({ Filter: { ActionType: 'INVITE' } }),
    output: () => ({ Handshakes: [{ Id: made.handshake }] }),
  },
  {
    operation: 'ListHandshakesForAccount',
    as: inviteeKey,
    output: () => ({ Handshakes: [{ Id: made.handshake }] }),
  },
  {
    operation: 'CancelHandshake',
    input: () => ({ HandshakeId: made.handshake }),
    output: () => ({ Handshake: { State: 'CANCELED' } }),
    after: async () => {
      const again = await send('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: invitee } });
      remember('handshake', again.Handshake.Id);
    },
  },
  {
    operation: 'DeclineHandshake',
    as: inviteeKey,
    input: () => ({ HandshakeId: made.handshake }),
    output: () => ({ Handshake: { State: 'DECLINED' } }),
    after: async () => {
      const again = await send('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: invitee }, Tags: tags });
      remember('handshake', again.Handshake.Id);
    },
  },
  {
    operation: 'AcceptHandshake',
    as: inviteeKey,
    input: () => ({ HandshakeId: made.handshake }),
    output: () => ({ Handshake: { State: 'ACCEPTED' } }),
    after: async () => {
      const { Account } = await send('DescribeAccount', { AccountId: invitee });
      assert.equal(Account.JoinedMethod, 'INVITED');
      assert.deepEqual((await send('ListTagsForResource', { ResourceId: invitee })).Tags, tags);
    },
  },
  { operation: 'LeaveOrganization', as: inviteeKey },
  {
    operation: 'InviteOrganizationToTransferResponsibility',
    as: payerKey,
    input: () => ({
      Type: 'BILLING',
      Target: { Type: 'ACCOUNT', Id: management },
      StartTimestamp: startOfTransfer(),
      SourceName: 'bills',
    }),
    output: () => ({ Handshake: { Action: 'TRANSFER_RESPONSIBILITY', State: 'REQUESTED' } }),
    before: async () => {
      await send('CreateOrganization', {}, payerKey);
    },
    after: async ({ Handshake }) => {
      await send('AcceptHandshake', { HandshakeId: Handshake.Id });
    },
  },
  {
    operation: 'ListOutboundResponsibilityTransfers',
    input: () => ({ Type: 'BILLING' }),
    output: () => ({ ResponsibilityTransfers: [{ Name: 'bills', Status: 'ACCEPTED' }] }),
    after: ({ ResponsibilityTransfers }) => remember('transfer', ResponsibilityTransfers[0].Id),
  },
  {
    operation: 'ListInboundResponsibilityTransfers',
    as: payerKey,
    input: () => ({ Type: 'BILLING', Id: made.transfer }),
    output: () => ({ ResponsibilityTransfers: [{ Id: made.transfer }] }),
  },
  {
    operation: 'DescribeResponsibilityTransfer',
    input: () => ({ Id: made.transfer }),
    output: () => ({
      ResponsibilityTransfer: {
        Arn: `arn:aws:organizations::${management}:transfer/${made.organization}/billing/outbound/${made.transfer}`,
        Source: { ManagementAccountId: management },
        Target: { ManagementAccountId: payer },
        StartTimestamp: startOfTransfer(),
      },
    }),
  },
  {
    operation: 'UpdateResponsibilityTransfer',
    input: () => ({ Id: made.transfer, Name: 'all bills' }),
    output: () => ({ ResponsibilityTransfer: { Name: 'all bills' } }),
  },
  {
    operation: 'TerminateResponsibilityTransfer',
    input: () => ({ Id: made.transfer }),
    output: () => ({ ResponsibilityTransfer: { Status: 'WITHDRAWN' } }),
    after: () => server.advance('100d'),
  },
  { operation: 'EnableAllFeatures', fails: 'HandshakeConstraintViolationException' },
  {
    operation: 'CloseAccount',
    input: () => ({ AccountId: made.account }),
    after: () => server.advance('91d'),
  },
  {
    operation: 'RemoveAccountFromOrganization',
    input: () => ({ AccountId: made.other }),
  },
  { operation: 'DeleteOrganizationalUnit', input: () => ({ OrganizationalUnitId: made.unit }) },
  { operation: 'DeleteOrganization' },
];

describe('every operation', () => {
  for (const { operation, input, output, before, after, as, fails } of rows) {
    test(`${operation} works, is refused without permission, and is journalled`, async () => {
      if (operation === 'RemoveAccountFromOrganization') await makeOther();
      await before?.();
      const given = input?.() ?? {};
      if (!as) {
        await assert.rejects(send(operation, given, powerless), (error: Error) => {
          assert.equal(error.name, 'AccessDeniedException');
          assert.match(
            error.message,
            new RegExp(`organizations:${operation}.* because no identity-based policy allows`),
          );
          return true;
        });
      }
      if (fails !== undefined) {
        await assert.rejects(send(operation, given), { name: fails });
      } else {
        const answer = await send(operation, given, as ?? rootCredentials);
        assert.partialDeepStrictEqual(answer, output?.() ?? {});
        await after?.(answer);
      }
      const [record] = (await server.journal(operation)).slice(-1);
      assert.equal(record!.eventSource, 'organizations.amazonaws.com');
    });
  }

  test('is in the table', async () => {
    const parts = { accounts: undefined as never, principals: undefined as never };
    const listed = organizations(parts).operations.map(({ name }) => name);
    assert.deepEqual(rows.map(({ operation }) => operation).sort(), listed.sort());
  });
});

const makeOther = async (): Promise<void> => {
  const { CreateAccountStatus } = await send('CreateAccount', { AccountName: 'other', Email: 'other@example.com' });
  await server.advance('1s');
  const status = await send('DescribeCreateAccountStatus', { CreateAccountRequestId: CreateAccountStatus.Id });
  remember('other', status.CreateAccountStatus.AccountId);
};

test('an organization survives a restart, with its accounts and what was asked for', async () => {
  const { Organization } = await send('CreateOrganization');
  const RootId = (await send('ListRoots')).Roots[0].Id;
  const { OrganizationalUnit } = await send('CreateOrganizationalUnit', { ParentId: RootId, Name: 'kept' });
  await send('CreateAccount', { AccountName: 'kept', Email: 'kept@example.com' });
  await server.restart();
  assert.equal((await send('DescribeOrganization')).Organization.Id, Organization.Id);
  const { OrganizationalUnits } = await send('ListOrganizationalUnitsForParent', { ParentId: RootId });
  assert.equal(OrganizationalUnits[0].Id, OrganizationalUnit.Id);
  await server.advance('1s');
  assert.deepEqual((await send('ListAccounts')).Accounts.map(({ Name }: { Name: string }) => Name).sort(), [
    `Account ${management}`,
    'kept',
  ]);
});
