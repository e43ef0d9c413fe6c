import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { TestOrganization } from '../../testing/organization.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const organization = await TestOrganization.create(server);
const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const denying = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...more,
});

/** A member account with a user who may do everything. @returns how to ask about that user */
const member = async (name: string) => {
  const { account, admin } = await organization.account(name);
  const iam = server.client(IAMClient, admin);
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'ann' }));
  await iam.send(
    new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'all', PolicyDocument: document(everything) }),
  );
  const ask = async (action: string, input: object = {}) => {
    const question = { PolicySourceArn: User!.Arn!, ActionNames: [action], ...input };
    return (await iam.send(new SimulatePrincipalPolicyCommand(question))).EvaluationResults![0]!;
  };
  return { account, iam, ask };
};
const detail = (AllowedByOrganizations: boolean) => ({ OrganizationsDecisionDetail: { AllowedByOrganizations } });

describe('a simulation in a member account', () => {
  test('shows that its control policies let an action pass', async () => {
    const { ask } = await member('passing');
    assert.partialDeepStrictEqual(await ask('kms:Encrypt'), { EvalDecision: 'allowed', ...detail(true) });
  });

  test('is refused by a Deny of a service control policy, whose statement it does not show', async () => {
    const { account, ask } = await member('denied');
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', denying('kms:Encrypt'));
    const result = await ask('kms:Encrypt');
    assert.partialDeepStrictEqual(result, { EvalDecision: 'explicitDeny', ...detail(false) });
    assert.deepEqual(result.MatchedStatements, []);
    assert.partialDeepStrictEqual(await ask('kms:Decrypt'), { EvalDecision: 'allowed', ...detail(true) });
  });

  test('is refused where a level allows nothing', async () => {
    const { account, ask } = await member('allow-listed');
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', { ...everything, Action: ['iam:*', 'kms:Decrypt'] });
    await organization.send('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: account });
    assert.partialDeepStrictEqual(await ask('kms:Encrypt'), { EvalDecision: 'implicitDeny', ...detail(false) });
    assert.partialDeepStrictEqual(await ask('kms:Decrypt'), { EvalDecision: 'allowed', ...detail(true) });
  });

  test('tells apart what the organization allows from what nobody grants', async () => {
    const { iam, account } = await member('ungranted');
    const question = { PolicyInputList: [document({ ...everything, Action: 's3:*' })], ActionNames: ['kms:Encrypt'] };
    const ask = async () => (await iam.send(new SimulateCustomPolicyCommand(question))).EvaluationResults![0];
    assert.partialDeepStrictEqual(await ask(), { EvalDecision: 'implicitDeny', ...detail(true) });
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', denying('kms:*'));
    assert.partialDeepStrictEqual(await ask(), { EvalDecision: 'explicitDeny', ...detail(false) });
  });

  test('judges conditions of control policies by the context that it is given', async () => {
    const { account, ask } = await member('conditions');
    const Condition = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-2' } };
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', denying('kms:*', { Condition }));
    const inRegion = (value: string) => ({
      ContextEntries: [
        { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string' as const, ContextKeyValues: [value] },
      ],
    });
    assert.partialDeepStrictEqual(await ask('kms:Encrypt', inRegion('eu-west-2')), detail(true));
    assert.partialDeepStrictEqual(await ask('kms:Encrypt', inRegion('us-east-1')), detail(false));
  });

  test('knows the organization of principal and resource', async () => {
    const { account, ask } = await member('known');
    const Condition = { StringNotEquals: { 'aws:PrincipalOrgID': organization.id } };
    await organization.attach(account, 'RESOURCE_CONTROL_POLICY', denying('kms:*', { Principal: '*', Condition }));
    assert.partialDeepStrictEqual(await ask('kms:Encrypt'), { EvalDecision: 'allowed', ...detail(true) });
    await organization.attach(account, 'RESOURCE_CONTROL_POLICY', denying('kms:Encrypt', { Principal: '*' }));
    assert.partialDeepStrictEqual(await ask('kms:Encrypt'), { EvalDecision: 'explicitDeny', ...detail(false) });
  });

  test('lets service-linked roles pass', async () => {
    const { iam, account } = await member('linked');
    await organization.attach(account, 'SERVICE_CONTROL_POLICY', denying('organizations:*'));
    const PolicySourceArn = `arn:aws:iam::${account}:role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations`;
    const question = { PolicySourceArn, ActionNames: ['organizations:DescribeOrganization'] };
    const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(question));
    assert.equal(EvaluationResults![0]!.OrganizationsDecisionDetail, undefined);
  });
});

test('a simulation tells nothing about another account: not who is there, nor what bounds it', async () => {
  const { account, iam } = await member('private');
  await iam.send(new TagUserCommand({ UserName: 'ann', Tags: [{ Key: 'project', Value: 'merger' }] }));
  await organization.attach(account, 'SERVICE_CONTROL_POLICY', denying('kms:Sign'));
  await organization.attach(account, 'RESOURCE_CONTROL_POLICY', denying('kms:Verify', { Principal: '*' }));
  const { iam: curious } = await member('curious');
  const ask = async (action: string, statement: object, input: object) => {
    const question = { ActionNames: [action], PolicyInputList: [document(statement)], ...input };
    return (await curious.send(new SimulateCustomPolicyCommand(question))).EvaluationResults![0]!;
  };
  const user = (name: string) => ({ CallerArn: `arn:aws:iam::${account}:user/${name}`, ResourceOwner: account });
  const absent = await ask('kms:Sign', everything, user('nobody'));
  assert.deepEqual(await ask('kms:Sign', everything, user('ann')), absent);
  assert.deepEqual([absent.EvalDecision, absent.OrganizationsDecisionDetail], ['allowed', undefined]);
  const { OrganizationsDecisionDetail } = await ask('kms:Verify', everything, { ResourceOwner: account });
  assert.deepEqual(OrganizationsDecisionDetail, detail(true).OrganizationsDecisionDetail);
  const keys = ['aws:PrincipalTag/project', 'aws:PrincipalOrgID', 'aws:ResourceOrgID'];
  for (const key of keys) {
    const asking = { ...everything, Condition: { StringLike: { [key]: '*' } } };
    assert.deepEqual((await ask('kms:Sign', asking, user('ann'))).MissingContextValues, [key.toLowerCase()]);
  }
});

test('a simulation in the management account, or in none, has no word of organizations', async () => {
  const iam = server.client(IAMClient);
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'r',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  const PolicySourceArn = 'arn:aws:iam::111122223333:role/r';
  const question = { PolicySourceArn, ActionNames: ['kms:Encrypt'], PolicyInputList: [document(everything)] };
  const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(question));
  assert.equal(EvaluationResults![0]!.EvalDecision, 'allowed');
  assert.equal(EvaluationResults![0]!.OrganizationsDecisionDetail, undefined);
});
