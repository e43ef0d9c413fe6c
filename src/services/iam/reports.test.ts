import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allowing, documentOf, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const alice = sender(server, await server.user('alice', allowing('iam:ListUsers', 'kms:*')));
await server.user('bob');
await root('CreateGroup', { GroupName: 'team' });
const PolicyDocument = documentOf({
  Effect: 'Allow',
  Action: 'sqs:*',
  Resource: `arn:aws:sqs:*:*:\${aws:username}-*`,
  Condition: { StringLike: { 'aws:PrincipalTag/team': `\${aws:PrincipalTag/unit, 'x'}` } },
});
await root('PutGroupPolicy', { GroupName: 'team', PolicyName: 'queues', PolicyDocument });
await root('AddUserToGroup', { GroupName: 'team', UserName: 'alice' });
await root('AttachGroupPolicy', { GroupName: 'team', PolicyArn });
await root('CreateRole', {
  RoleName: 'app',
  AssumeRolePolicyDocument: documentOf({
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  }),
});
await alice('ListUsers');

describe('the credential report', () => {
  test('is made, complete with the next question, and outdated after four hours', async () => {
    await assert.rejects(root('GetCredentialReport'), { Code: 'ReportNotPresent' });
    assert.equal((await root('GenerateCredentialReport')).State, 'STARTED');
    assert.equal((await root('GenerateCredentialReport')).State, 'COMPLETE');
    const { Content, ReportFormat } = await root('GetCredentialReport');
    assert.equal(ReportFormat, 'text/csv');
    const [columns, ofRoot, ofAlice] = Buffer.from(Content)
      .toString()
      .split('\n')
      .map((line) => line.split(','));
    assert.equal(columns!.length, 22);
    assert.ok([ofRoot, ofAlice].every((line) => line!.length === 22));
    assert.deepEqual(ofRoot!.slice(0, 2), ['<root_account>', iamArn('root')]);
    const alices = Object.fromEntries(columns!.map((column, index) => [column, ofAlice![index]]));
    assert.partialDeepStrictEqual(alices, {
      user: 'alice',
      password_enabled: 'false',
      mfa_active: 'false',
      access_key_1_active: 'true',
      access_key_1_last_used_service: 'iam',
      access_key_2_active: 'false',
    });
    await server.advance('5h');
    await assert.rejects(root('GetCredentialReport'), { Code: 'ReportExpired' });
    assert.equal((await root('GenerateCredentialReport')).State, 'STARTED');
  });
});

describe('the authorization details', () => {
  test('show everybody and everything by pages', async () => {
    const found: Record<string, string[]> = {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [],
    };
    let Marker: string | undefined;
    do {
      const page = await root('GetAccountAuthorizationDetails', { MaxItems: 2, Marker });
      for (const [name, arns] of Object.entries(found)) {
        arns.push(...page[name].map(({ Arn }: { Arn: string }) => Arn));
      }
      Marker = page.Marker;
    } while (Marker);
    assert.deepEqual(found, {
      UserDetailList: [iamArn('user/alice'), iamArn('user/bob')],
      GroupDetailList: [iamArn('group/team')],
      RoleDetailList: [iamArn('role/app')],
      Policies: [PolicyArn],
    });
    const { UserDetailList, GroupDetailList } = await root('GetAccountAuthorizationDetails', {
      Filter: ['User', 'Group'],
    });
    assert.deepEqual(UserDetailList[0].GroupList, ['team']);
    assert.equal(decodeURIComponent(GroupDetailList[0].GroupPolicyList[0].PolicyDocument), PolicyDocument);
    assert.deepEqual((await root('GetAccountAuthorizationDetails', { Filter: ['Role'] })).UserDetailList ?? [], []);
  });
});

describe('last access', () => {
  const report = async (Arn: string) => root('GenerateServiceLastAccessedDetails', { Arn });
  const services = async (Arn: string) => {
    const { JobId } = await report(Arn);
    const { ServicesLastAccessed, JobStatus } = await root('GetServiceLastAccessedDetails', { JobId });
    assert.equal(JobStatus, 'COMPLETED');
    return new Map(
      ServicesLastAccessed.map((each: { ServiceNamespace: string }) => [each.ServiceNamespace, each]),
    ) as Map<string, { LastAuthenticatedEntity?: string; TotalAuthenticatedEntities: number }>;
  };

  test('names the services that policies allow, and the use of those that were used', async () => {
    const ofAlice = await services(iamArn('user/alice'));
    assert.equal(ofAlice.get('iam')!.LastAuthenticatedEntity, iamArn('user/alice'));
    assert.equal(ofAlice.get('kms')!.LastAuthenticatedEntity, undefined);
    assert.deepEqual([...(await services(iamArn('user/bob'))).keys()], []);
    assert.equal((await services(iamArn('group/team'))).get('iam')!.TotalAuthenticatedEntities, 1);
    assert.equal((await services(PolicyArn)).get('iam')!.TotalAuthenticatedEntities, 1);
  });

  test('lives through a restart, and names who used a service', async () => {
    await server.restart();
    const { JobId } = await report(iamArn('group/team'));
    const { EntityDetailsList } = await root('GetServiceLastAccessedDetailsWithEntities', {
      JobId,
      ServiceNamespace: 'iam',
    });
    assert.partialDeepStrictEqual(EntityDetailsList, [{ EntityInfo: { Name: 'alice', Type: 'USER' } }]);
    assert.ok(EntityDetailsList[0].LastAuthenticated instanceof Date);
    await assert.rejects(root('GetServiceLastAccessedDetails', { JobId: '00000000-0000-0000-0000-000000000000' }), {
      Code: 'NoSuchEntity',
    });
  });
});

test('context keys are those of conditions and variables, of a principal with its groups', async () => {
  const keys = ['aws:PrincipalTag/team', 'aws:PrincipalTag/unit', 'aws:username'];
  const custom = await root('GetContextKeysForCustomPolicy', { PolicyInputList: [PolicyDocument] });
  assert.deepEqual(custom.ContextKeyNames, keys);
  const { ContextKeyNames } = await root('GetContextKeysForPrincipalPolicy', { PolicySourceArn: iamArn('user/alice') });
  assert.deepEqual(
    keys.filter((key) => !ContextKeyNames.includes(key)),
    [],
  );
});

test('policies that grant access to a service are named with who has them', async () => {
  const { PoliciesGrantingServiceAccess } = await root('ListPoliciesGrantingServiceAccess', {
    Arn: iamArn('user/alice'),
    ServiceNamespaces: ['sqs', 'kms', 'waf'],
  });
  assert.deepEqual(PoliciesGrantingServiceAccess[0], {
    ServiceNamespace: 'kms',
    Policies: [
      { PolicyName: 'test', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'alice' },
      { PolicyName: 'ReadOnlyAccess', PolicyType: 'MANAGED', PolicyArn },
    ],
  });
  assert.deepEqual(PoliciesGrantingServiceAccess[1].Policies[0], {
    PolicyName: 'queues',
    PolicyType: 'INLINE',
    EntityType: 'GROUP',
    EntityName: 'team',
  });
});

describe('simulation', () => {
  const simulate = async (PolicySourceArn: string, action: string): Promise<string[]> => {
    const { EvaluationResults } = await root('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames: [action] });
    const [{ EvalDecision, MatchedStatements }] = EvaluationResults;
    return [EvalDecision, MatchedStatements?.[0]?.SourcePolicyId, MatchedStatements?.[0]?.SourcePolicyType];
  };

  test('knows the policies of groups and roles', async () => {
    const PolicyName = 'keys';
    await root('PutRolePolicy', { RoleName: 'app', PolicyName, PolicyDocument: documentOf(allowing('kms:Sign')) });
    await root('PutGroupPolicy', { GroupName: 'team', PolicyName, PolicyDocument: documentOf(allowing('kms:Sign')) });
    assert.deepEqual(await simulate(iamArn('role/app'), 'kms:Sign'), ['allowed', 'role_app_keys', 'role']);
    assert.deepEqual(await simulate(iamArn('group/team'), 'kms:Sign'), ['allowed', 'group_team_keys', 'group']);
    assert.equal((await simulate(iamArn('role/app'), 'kms:Verify'))[0], 'implicitDeny');
    await root('RemoveUserFromGroup', { GroupName: 'team', UserName: 'alice' });
    assert.deepEqual(await simulate(iamArn('user/alice'), 'kms:Sign'), ['allowed', 'user_alice_test', 'user']);
  });
});

test('the summary counts what there is', async () => {
  const { SummaryMap } = await root('GetAccountSummary');
  assert.partialDeepStrictEqual(SummaryMap, { Users: 2, Groups: 1, Roles: 1, AccountAccessKeysPresent: 1 });
});
