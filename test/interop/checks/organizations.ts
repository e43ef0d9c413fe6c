import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { account as management } from '../../spawned-server.ts';
import type { Output, Target } from '../driver.ts';
import { type Check, policyDocument, refused, type Stage, type Statement } from '../stage.ts';

/** Accounts in a tree, under policies that decide; on a server of its own, whose account has no organization yet. */
export const organizationChecks: readonly Check[] = [
  {
    id: 'IAM-01',
    sentence: 'a new account is there soon, and the management account assumes its role; SCPs and RCPs decide there',
    run: async (stage) => {
      const { Organization } = await stage.call('organizations:CreateOrganization', { FeatureSet: 'ALL' });
      assert.equal(Organization.MasterAccountId, management);
      const { Roots } = await stage.call('organizations:ListRoots', {});
      const RootId = Roots[0].Id;
      for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
        await stage.call('organizations:EnablePolicyType', { RootId, PolicyType });
      }
      const inUnit = { ParentId: RootId, Name: 'Workloads' };
      const { OrganizationalUnit } = await stage.call('organizations:CreateOrganizationalUnit', inUnit);
      const account = await newAccount(stage, 'dev');
      const move = { AccountId: account, SourceParentId: RootId, DestinationParentId: OrganizationalUnit.Id };
      await stage.call('organizations:MoveAccount', move);
      const inAccount = await administratorOf(stage, account);

      const { KeyMetadata } = await stage.call('CreateKey', {}, inAccount);
      assert.equal(KeyMetadata.AWSAccountId, account);
      const scp = await attach(stage, OrganizationalUnit.Id, 'SERVICE_CONTROL_POLICY', {
        Effect: 'Deny',
        Action: 'kms:DisableKey',
      });
      const { KeyId } = KeyMetadata;
      await refused(
        stage.call('DisableKey', { KeyId }, inAccount),
        'AccessDeniedException',
        `User: arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/check is not authorized to perform: kms:DisableKey on resource: ${KeyMetadata.Arn} with an explicit deny in a service control policy`,
      );
      const PolicySourceArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
      const asked = {
        PolicySourceArn,
        ActionNames: ['kms:DisableKey', 'kms:Encrypt'],
        ResourceArns: [KeyMetadata.Arn],
      };
      const { EvaluationResults } = await stage.call('SimulatePrincipalPolicy', asked, inAccount);
      assert.deepEqual(
        EvaluationResults.map(({ EvalDecision, OrganizationsDecisionDetail: detail }: Output) => [
          EvalDecision,
          detail.AllowedByOrganizations,
        ]),
        [
          ['explicitDeny', false],
          ['allowed', true],
        ],
      );
      await stage.call('organizations:DetachPolicy', { PolicyId: scp, TargetId: OrganizationalUnit.Id });
      await stage.call('DisableKey', { KeyId }, inAccount);

      await attach(stage, account, 'RESOURCE_CONTROL_POLICY', {
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:EnableKey',
      });
      await refused(
        stage.call('EnableKey', { KeyId }, inAccount),
        'AccessDeniedException',
        /with an explicit deny in a resource control policy$/,
      );
    },
  },
  {
    id: 'IAM-01',
    sentence: 'where no SCP allows, the refusal says so; the last SCP stays',
    run: async (stage) => {
      const account = await newAccount(stage, 'narrow');
      const everything = { PolicyId: 'p-FullAWSAccess', TargetId: account };
      await refused(
        stage.call('organizations:DetachPolicy', everything),
        'ConstraintViolationException',
        /You must have at least one attached/,
      );
      await attach(stage, account, 'SERVICE_CONTROL_POLICY', { Action: 'sts:*' });
      await stage.call('organizations:DetachPolicy', everything);
      await refused(
        stage.call('ListKeys', {}, await administratorOf(stage, account)),
        'AccessDeniedException',
        /because no service control policy allows the kms:ListKeys action$/,
      );
    },
  },
  {
    id: 'IAM-01',
    sentence: 'members know their organization and read nothing of it; closed accounts are refused',
    run: async (stage) => {
      const account = await newAccount(stage, 'closing');
      const inAccount = await administratorOf(stage, account);
      const { Organization } = await stage.call('organizations:DescribeOrganization', {}, inAccount);
      assert.equal(Organization.MasterAccountId, management);
      await refused(
        stage.call('organizations:ListAccounts', {}, inAccount),
        'AccessDeniedException',
        "You don't have permissions to access this resource.",
      );
      await stage.call('organizations:CloseAccount', { AccountId: account });
      await refused(stage.call('ListKeys', {}, inAccount), 'UnrecognizedClientException');
      const { Accounts } = await stage.call('organizations:ListAccounts', {});
      assert.match(Accounts.find(({ Id }: Output) => Id === account).Status, /PENDING_CLOSURE|SUSPENDED/);
    },
  },
  {
    id: 'IAM-01',
    sentence: 'another organization is asked for its bills, agrees, and takes it back at the end of a month',
    run: async (stage) => {
      const payer = await stage.otherUser({ Action: 'organizations:*' });
      await stage.arrange('organizations:CreateOrganization', {}, payer);
      const today = new Date();
      const StartTimestamp = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 2));
      const Target = { Type: 'ACCOUNT', Id: management };
      const asked = { Type: 'BILLING', Target, StartTimestamp, SourceName: 'bills' };
      const invite = (more: object = {}) =>
        stage.call('organizations:InviteOrganizationToTransferResponsibility', { ...asked, ...more }, payer);
      const { Handshake } = await invite();
      await refused(invite(), 'DuplicateHandshakeException');
      const late = { StartTimestamp: new Date(StartTimestamp.getTime() + 86_400_000) };
      await refused(invite(late), 'InvalidInputException', /first day of the month/);
      await stage.call('organizations:AcceptHandshake', { HandshakeId: Handshake.Id });
      const Type = 'BILLING';
      const listed = await stage.call('organizations:ListOutboundResponsibilityTransfers', { Type });
      const [{ Id, Status }] = listed.ResponsibilityTransfers;
      assert.equal(Status, 'ACCEPTED');
      const renamed = { Id, Name: 'all bills' };
      await stage.call('organizations:UpdateResponsibilityTransfer', renamed, payer);
      const inbound = await stage.call('organizations:ListInboundResponsibilityTransfers', { Type, Id }, payer);
      assert.equal(inbound.ResponsibilityTransfers[0].Name, 'all bills');
      const { ResponsibilityTransfer } = await stage.call('organizations:TerminateResponsibilityTransfer', { Id });
      assert.equal(ResponsibilityTransfer.Status, 'WITHDRAWN');
      await refused(
        stage.call('organizations:TerminateResponsibilityTransfer', { Id }, payer),
        'ResponsibilityTransferAlreadyInStatusException',
      );
      const described = await stage.call('organizations:DescribeResponsibilityTransfer', { Id });
      assert.equal(described.ResponsibilityTransfer.Source.ManagementAccountId, management);
    },
  },
];

const newAccount = async (stage: Stage, AccountName: string): Promise<string> => {
  const asked = { AccountName, Email: `${AccountName}@example.com` };
  const { CreateAccountStatus } = await stage.call('organizations:CreateAccount', asked);
  assert.equal(CreateAccountStatus.State, 'IN_PROGRESS');
  for (;;) {
    const CreateAccountRequestId = CreateAccountStatus.Id;
    const answer = await stage.call('organizations:DescribeCreateAccountStatus', { CreateAccountRequestId });
    const { State, AccountId } = answer.CreateAccountStatus;
    if (State === 'SUCCEEDED') return AccountId;
    assert.equal(State, 'IN_PROGRESS');
    await sleep(200);
  }
};

/** @returns a session of the role that comes with an account */
const administratorOf = async (stage: Stage, account: string): Promise<Pick<Target, 'credentials'>> => {
  const { credentials } = await stage.user({ Action: 'sts:AssumeRole' });
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await stage.call('AssumeRole', { RoleArn, RoleSessionName: 'check' }, { credentials });
  return {
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  };
};

const attach = async (stage: Stage, TargetId: string, Type: string, statement: Statement): Promise<string> => {
  const given = { Name: `${Type} ${TargetId}`, Description: 'check', Type, Content: policyDocument(statement) };
  const { Policy } = await stage.call('organizations:CreatePolicy', given);
  const PolicyId = Policy.PolicySummary.Id;
  await stage.call('organizations:AttachPolicy', { PolicyId, TargetId });
  return PolicyId;
};
