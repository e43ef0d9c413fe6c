import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { account, allowing, documentOf, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const organizations = server.client(OrganizationsClient);
const alice = sender(server, await server.user('alice', allowing('sts:AssumeRole')));

/** The report on an entity, by service; its job's answer where there is none. */
const report = async (input: object, more: object = {}) =>
  root('GetOrganizationsAccessReport', {
    ...(await root('GenerateOrganizationsAccessReport', input)),
    ...more,
  });

test('an organization report tells what control policies allow, and which account used it last', async () => {
  assert.deepEqual((await report({ EntityPath: 'o-abcdefghij/r-abcd' })).JobStatus, 'FAILED');
  const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await organizations.send(new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }));
  await server.advance('1m');
  const { Accounts } = await organizations.send(new ListAccountsCommand({}));
  const member = Accounts!.find(({ Id }) => Id !== account)!.Id!;
  const [{ Id: RootId } = {}] = (await organizations.send(new ListRootsCommand({}))).Roots!;
  const PolicyType = 'SERVICE_CONTROL_POLICY';
  await organizations.send(new EnablePolicyTypeCommand({ RootId: RootId!, PolicyType }));
  const Content = documentOf(allowing('kms:*', 'iam:Get*', 'sts:*'));
  const creating = new CreatePolicyCommand({ Name: 'few', Description: '', Type: PolicyType, Content });
  const { Policy } = await organizations.send(creating);
  const PolicyId = Policy!.PolicySummary!.Id!;
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: member }));
  await organizations.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: member }));

  const RoleArn = `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await alice('AssumeRole', { RoleArn, RoleSessionName: 's1' });
  await sender(server, {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  })('GetUser', { UserName: 'x' }).catch(() => {});

  const path = `${Organization!.Id}/${RootId}`;
  const ofMember = await report({ EntityPath: `${path}/${member}` });
  assert.equal(ofMember.JobStatus, 'COMPLETED');
  const services = ofMember.AccessDetails.map(({ ServiceNamespace }: { ServiceNamespace: string }) => ServiceNamespace);
  assert.deepEqual(services, ['iam', 'kms', 'sts']);
  assert.deepEqual([ofMember.NumberOfServicesAccessible, ofMember.NumberOfServicesNotAccessed], [3, 2]);
  const [iam] = ofMember.AccessDetails;
  assert.deepEqual([iam.TotalAuthenticatedEntities, iam.EntityPath], [1, `${path}/${member}`]);

  const ofRoot = await report({ EntityPath: path }, { MaxItems: 5, SortKey: 'LAST_AUTHENTICATED_TIME_DESCENDING' });
  assert.ok(ofRoot.NumberOfServicesAccessible > 40);
  assert.deepEqual([ofRoot.AccessDetails.length, ofRoot.IsTruncated], [5, true]);
  assert.equal(ofRoot.AccessDetails[0].ServiceNamespace, 'iam');
  const ofPolicy = await report({ EntityPath: `${path}/${member}`, OrganizationsPolicyId: PolicyId });
  assert.equal(ofPolicy.NumberOfServicesAccessible, 3);
  const unknown = await report({ EntityPath: `${path}/ou-none-12345678` });
  assert.deepEqual([unknown.JobStatus, unknown.ErrorDetails.Code], ['FAILED', 'EntityNotFound']);
});
