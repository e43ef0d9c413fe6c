import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account } from '../../spawned-server.ts';
import type { Output } from '../driver.ts';
import { accountPrincipal, type Check, policyDocument, refused } from '../stage.ts';

const Plaintext = Buffer.from('x');

/** Users, groups, roles and policies, and what they come to together. */
export const identityChecks: readonly Check[] = [
  {
    id: 'IAM-01',
    sentence: 'users, groups, roles and policies are made, changed and deleted, and decide with the next request',
    run: async (stage) => {
      const id = randomUUID();
      const RoleName = `r-${id}`;
      let [UserName, GroupName] = [`u-${id}`, `g-${id}`];
      const PolicyDocument = policyDocument({ Action: 'kms:ListKeys' });
      const { User } = await stage.call('CreateUser', { UserName, Path: '/team/' });
      assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/);
      await stage.call('CreateGroup', { GroupName });
      await stage.call('AddUserToGroup', { GroupName, UserName });
      const { Policy } = await stage.call('CreatePolicy', { PolicyName: `p-${id}`, PolicyDocument });
      const PolicyArn = Policy.Arn;
      assert.equal(PolicyArn, `arn:aws:iam::${account}:policy/p-${id}`);
      await stage.call('AttachGroupPolicy', { GroupName, PolicyArn });
      const { AccessKey } = await stage.call('CreateAccessKey', { UserName });
      const credentials = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
      const user = { credentials };
      await stage.call('ListKeys', {}, user);
      await refused(stage.call('ListAliases', {}, user), 'AccessDeniedException', /no identity-based policy allows/);

      const wider = policyDocument({ Action: ['kms:ListKeys', 'kms:ListAliases'] });
      await stage.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, SetAsDefault: true });
      await stage.call('ListAliases', {}, user);
      await refused(stage.call('DeletePolicy', { PolicyArn }), 'DeleteConflict');

      const trusting = (Principal: object) =>
        JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } });
      const AssumeRolePolicyDocument = trusting(accountPrincipal);
      const { Role } = await stage.call('CreateRole', { RoleName, AssumeRolePolicyDocument });
      await stage.call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument });
      assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/);
      const assumer = await stage.user({ Action: 'sts:AssumeRole' });
      const asked = { RoleArn: Role.Arn, RoleSessionName: 'check' };
      await stage.call('AssumeRole', asked, assumer);
      await stage.call('iam:UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trusting({ AWS: User.Arn }) });
      await refused(stage.call('AssumeRole', asked, assumer), 'AccessDenied');

      await stage.call('UpdateGroup', { GroupName, NewGroupName: `${GroupName}-2` });
      GroupName = `${GroupName}-2`;
      await stage.call('UpdateUser', { UserName, NewUserName: `${UserName}-2`, NewPath: '/other/' });
      UserName = `${UserName}-2`;
      await stage.call('ListAliases', {}, user);
      const { Groups } = await stage.call('ListGroupsForUser', { UserName });
      assert.deepEqual([Groups.length, Groups[0].GroupName], [1, GroupName]);

      await stage.call('DeleteRolePolicy', { RoleName, PolicyName: 'inline' });
      await stage.call('DeleteRole', { RoleName });
      await stage.call('DeleteAccessKey', { UserName, AccessKeyId: AccessKey.AccessKeyId });
      await stage.call('RemoveUserFromGroup', { GroupName, UserName });
      await stage.call('DetachGroupPolicy', { GroupName, PolicyArn });
      await stage.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
      await stage.call('DeletePolicy', { PolicyArn });
      await stage.call('DeleteGroup', { GroupName });
      await stage.call('DeleteUser', { UserName });
      await refused(
        stage.call('GetUser', { UserName }),
        'NoSuchEntity',
        `The user with name ${UserName} cannot be found.`,
      );
    },
  },
  {
    id: 'IAM-01',
    sentence: 'boundary, session policy and explicit deny bound what is allowed, and the simulation agrees with each',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const user = await stage.user(
        { Action: 'kms:*' },
        { Effect: 'Deny', Action: 'kms:DisableKey' },
        { Action: 'sts:GetFederationToken' },
      );
      const UserName = user.arn.split('/').pop()!;
      const PolicyDocument = policyDocument({ Action: ['kms:Encrypt', 'kms:DisableKey', 'sts:*'] });
      const PolicyName = `bound-${randomUUID()}`;
      const PermissionsBoundary = (await stage.arrange('CreatePolicy', { PolicyName, PolicyDocument })).Policy.Arn;
      await stage.call('PutUserPermissionsBoundary', { UserName, PermissionsBoundary });

      await stage.call('Encrypt', { KeyId, Plaintext }, user);
      await refused(
        stage.call('DescribeKey', { KeyId }, user),
        'AccessDeniedException',
        /no permissions boundary allows/,
      );
      await refused(
        stage.call('DisableKey', { KeyId }, user),
        'AccessDeniedException',
        /with an explicit deny in an identity-based policy/,
      );
      const ask = { PolicySourceArn: user.arn, ActionNames: ['kms:Encrypt', 'kms:DescribeKey', 'kms:DisableKey'] };
      const { EvaluationResults } = await stage.call('SimulatePrincipalPolicy', { ...ask, ResourceArns: [Arn] });
      assert.deepEqual(
        EvaluationResults.map(({ EvalDecision }: { EvalDecision: string }) => EvalDecision),
        ['allowed', 'implicitDeny', 'explicitDeny'],
      );

      const Policy = policyDocument({ Action: 'kms:DescribeKey' });
      const { Credentials } = await stage.call('GetFederationToken', { Name: 'guest', Policy }, user);
      const guest = {
        credentials: {
          accessKeyId: Credentials.AccessKeyId,
          secretAccessKey: Credentials.SecretAccessKey,
          sessionToken: Credentials.SessionToken,
        },
      };
      await refused(
        stage.call('Encrypt', { KeyId, Plaintext }, guest),
        'AccessDeniedException',
        /no session policy allows/,
      );
      await refused(
        stage.call('DescribeKey', { KeyId }, guest),
        'AccessDeniedException',
        /no permissions boundary allows/,
      );
    },
  },
  {
    id: 'IAM-01',
    sentence: 'a product provider asks for permissions, and only who has them grants them',
    run: async (stage) => {
      const provider = await stage.otherUser({ Action: 'iam:*' });
      const PolicyDocument = policyDocument({ Action: 'kms:ListKeys' });
      const { Policy } = await stage.arrange(
        'CreatePolicy',
        { PolicyName: `t-${randomUUID()}`, PolicyDocument },
        provider,
      );
      const { DelegationRequestId } = await stage.call(
        'iam:CreateDelegationRequest',
        {
          OwnerAccountId: account,
          Description: 'set up',
          Permissions: { PolicyTemplateArn: Policy.Arn },
          RequestorWorkflowId: randomUUID(),
          NotificationChannel: `arn:aws:sns:us-east-1:${provider.arn.split(':')[4]}:delegations`,
          SessionDuration: 900,
        },
        provider,
      );
      const request = { DelegationRequestId };
      const [asker, granter] = [
        await stage.user({ Action: 'iam:AssociateDelegationRequest' }),
        await stage.user({ Action: ['iam:*Delegation*', 'kms:ListKeys'] }),
      ];
      await refused(stage.call('iam:GetDelegationRequest', request, provider), 'NoSuchEntity');
      await stage.call('iam:AssociateDelegationRequest', request, asker);
      await stage.call('iam:UpdateDelegationRequest', { ...request, Notes: 'please look' }, asker);
      await refused(stage.call('iam:AcceptDelegationRequest', request, asker), 'AccessDenied');
      const check = { ...request, DelegationPermissionCheck: true };
      const shown = await stage.call('iam:GetDelegationRequest', check, granter);
      assert.deepEqual(
        [shown.DelegationRequest.State, shown.DelegationRequest.Notes, shown.PermissionCheckResult],
        ['PENDING_APPROVAL', 'please look', 'ALLOWED'],
      );
      await stage.call('iam:AcceptDelegationRequest', request, granter);
      await stage.call('iam:SendDelegationToken', request, granter);
      await refused(stage.call('iam:RejectDelegationRequest', request, granter), 'InvalidInput', /is FINALIZED/);
      const { DelegationRequests } = await stage.call('iam:ListDelegationRequests', { OwnerId: asker.arn }, granter);
      assert.deepEqual(
        DelegationRequests.map(({ State, ApproverId }: Output) => [State, ApproverId]),
        [['FINALIZED', granter.arn]],
      );
      await refused(
        stage.call('sts:GetDelegatedAccessToken', { TradeInToken: 'made-up' }, await stage.user({ Action: 'sts:*' })),
        'ValidationError',
        'The trade-in token is not valid.',
      );
    },
  },
  {
    id: 'KMS-17',
    sentence:
      'a key is used from another account by those whom both accounts let, which both learn, and administered by its own alone',
    run: async (stage) => {
      const b = await stage.otherUser({ Action: ['kms:*', 'iam:DeleteUserPolicy'] });
      const bare = await stage.otherUser();
      const other = { AWS: `arn:aws:iam::${b.arn.split(':')[4]}:root` };
      const [owner, both] = [
        policyDocument({ Principal: accountPrincipal, Action: 'kms:*' }),
        policyDocument({ Principal: accountPrincipal, Action: 'kms:*' }, { Principal: other, Action: 'kms:*' }),
      ];
      const shared = await stage.key({ Policy: both });
      const { CiphertextBlob } = await stage.call('Encrypt', { KeyId: shared.Arn, Plaintext }, b);
      assert.deepEqual((await stage.call('Decrypt', { CiphertextBlob, KeyId: shared.Arn }, b)).Plaintext, Plaintext);
      await refused(stage.call('Encrypt', { KeyId: shared.Arn, Plaintext }, bare), 'AccessDeniedException');
      const own = await stage.key();
      await refused(stage.call('Encrypt', { KeyId: own.Arn, Plaintext }, b), 'AccessDeniedException');
      await refused(stage.call('Encrypt', { KeyId: shared.KeyId, Plaintext }, b), 'NotFoundException');
      // The key policy would allow it; AWS lets no other account do it.
      for (const [operation, input] of [
        ['DisableKey', {}],
        ['EnableKey', {}],
        ['ScheduleKeyDeletion', {}],
        ['PutKeyPolicy', { PolicyName: 'default', Policy: both }],
        ['UpdateKeyDescription', { Description: 'theirs' }],
      ] as const) {
        await refused(stage.call(operation, { KeyId: shared.Arn, ...input }, b), 'AccessDeniedException');
      }
      // Either side gone, it is over.
      const encrypting = () => stage.call('Encrypt', { KeyId: shared.Arn, Plaintext }, b);
      await stage.call('PutKeyPolicy', { KeyId: shared.KeyId, PolicyName: 'default', Policy: owner });
      await refused(encrypting(), 'AccessDeniedException');
      await stage.call('PutKeyPolicy', { KeyId: shared.KeyId, PolicyName: 'default', Policy: both });
      await encrypting();
      await stage.call('DeleteUserPolicy', { UserName: b.arn.split('/').pop(), PolicyName: 'check' }, b);
      await refused(encrypting(), 'AccessDeniedException');
      const told = (await stage.journal('Encrypt')).filter(({ resources }) => resources?.[0]?.ARN === shared.Arn);
      const [used, copy] = told.filter(({ errorCode }) => errorCode === undefined);
      assert.ok(used?.sharedEventID !== undefined && used.sharedEventID === copy?.sharedEventID);
      const [there, here] = [b.arn, shared.Arn].map((arn) => arn.split(':')[4]);
      assert.deepEqual([used.recipientAccountId, copy.recipientAccountId], [there, here]);
      assert.deepEqual([used.userIdentity.arn, copy.userIdentity.type], [b.arn, 'AWSAccount']);
      // Who was refused is the business of the caller's account.
      const refusals = told.filter(({ errorCode }) => errorCode !== undefined);
      assert.deepEqual([...new Set(refusals.map(({ recipientAccountId }) => recipientAccountId))], [there]);
    },
  },
];
