import assert from 'node:assert/strict';
import { account } from '../../spawned-server.ts';
import { accountPrincipal, type Check, deniedTo, policyDocument, refused, type Stage, type User } from '../stage.ts';

const Plaintext = Buffer.from('x');
const noIdentityPolicy = (action: string): string => `no identity-based policy allows the ${action} action`;
const noResourcePolicy = (action: string): string => `no resource-based policy allows the ${action} action`;

/** Who may use and change keys. */
export const permissionChecks: readonly Check[] = [
  {
    id: 'KMS-14',
    sentence: 'the default key policy leaves it to the account’s policies',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { Policy } = await stage.call('GetKeyPolicy', { KeyId, PolicyName: 'default' });
      assert.deepEqual(JSON.parse(Policy), {
        Version: '2012-10-17',
        Id: 'key-default-1',
        Statement: [
          {
            Sid: 'Enable IAM User Permissions',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      });
      const [allowed, bare] = [await stage.user({ Action: 'kms:*' }), await stage.user()];
      await stage.call('Encrypt', { KeyId, Plaintext }, allowed);
      await refused(
        stage.call('Encrypt', { KeyId, Plaintext }, bare),
        'AccessDeniedException',
        deniedTo(bare, 'kms:Encrypt', Arn, noIdentityPolicy('kms:Encrypt')),
      );
    },
  },
  {
    id: 'KMS-15',
    sentence:
      'a key policy that names one role, or user, shuts out every administrator and needs no policy of who is named',
    run: async (stage) => {
      const admin = await stage.user();
      const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
      await stage.arrange('AttachUserPolicy', { UserName: admin.arn.split('/').pop(), PolicyArn });
      const powerful = [admin, await stage.user({ Action: 'kms:*' })];
      for (const named of [await stage.role(), await stage.user()]) {
        const { KeyId, Arn } = await stage.key({
          Policy: policyDocument({ Principal: { AWS: named.arn }, Action: 'kms:*' }),
          BypassPolicyLockoutSafetyCheck: true,
        });
        for (const other of powerful) {
          await refused(
            stage.call('Encrypt', { KeyId, Plaintext }, other),
            'AccessDeniedException',
            deniedTo(other, 'kms:Encrypt', Arn, noResourcePolicy('kms:Encrypt')),
          );
        }
        assert.equal((await stage.call('Encrypt', { KeyId, Plaintext }, named)).KeyId, Arn);
      }
    },
  },
  {
    id: 'KMS-16',
    sentence:
      'users and roles that administer a key need not be able to use it, and those that use it cannot administer it',
    run: async (stage) => {
      await separated(stage, await stage.user(), await stage.user());
      await separated(stage, await stage.role(), await stage.role());
    },
  },
  {
    id: 'KMS-33',
    sentence: 'identity policies decide by key ARN and by alias, and the simulation agrees',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const alias = await stage.alias(KeyId);
      const byArn = await stage.user({ Action: 'kms:Encrypt', Resource: Arn });
      const byRequest = await stage.user({
        Action: 'kms:Encrypt',
        Condition: { StringEquals: { 'kms:RequestAlias': alias } },
      });
      const byResource = await stage.user({
        Action: 'kms:Encrypt',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
      });
      const other = await stage.key();
      const sentence = (user: typeof byArn, resource: string): string =>
        deniedTo(user, 'kms:Encrypt', resource, noIdentityPolicy('kms:Encrypt'));

      await stage.call('Encrypt', { KeyId, Plaintext }, byArn);
      await refused(
        stage.call('Encrypt', { KeyId: other.KeyId, Plaintext }, byArn),
        'AccessDeniedException',
        sentence(byArn, other.Arn),
      );
      await stage.call('Encrypt', { KeyId: alias, Plaintext }, byRequest);
      await refused(
        stage.call('Encrypt', { KeyId, Plaintext }, byRequest),
        'AccessDeniedException',
        sentence(byRequest, Arn),
      );
      await stage.call('Encrypt', { KeyId, Plaintext }, byResource);
      await refused(
        stage.call('Encrypt', { KeyId: other.KeyId, Plaintext }, byResource),
        'AccessDeniedException',
        sentence(byResource, other.Arn),
      );
      await refused(
        stage.call('Encrypt', { KeyId: other.KeyId, Plaintext }, byResource),
        'AccessDeniedException',
        sentence(byResource, other.Arn),
      );

      const simulated = async (user: typeof byArn, ...context: readonly [name: string, type: string][]) => {
        const { EvaluationResults } = await stage.call('SimulatePrincipalPolicy', {
          PolicySourceArn: user.arn,
          ActionNames: ['kms:Encrypt', 'kms:Decrypt'],
          ResourceArns: [Arn, other.Arn],
          ContextEntries: context.map(([ContextKeyName, ContextKeyType]) => ({
            ContextKeyName,
            ContextKeyType,
            ContextKeyValues: [alias],
          })),
        });
        return EvaluationResults.map(
          (result: Readonly<Record<'EvalActionName' | 'EvalResourceName' | 'EvalDecision', string>>) =>
            `${result.EvalActionName} ${result.EvalResourceName === Arn ? 'this' : 'other'} ${result.EvalDecision}`,
        ).sort();
      };
      const decrypting = ['kms:Decrypt other implicitDeny', 'kms:Decrypt this implicitDeny'];
      const encrypting = (there: string, here: string) => [
        ...decrypting,
        `kms:Encrypt other ${there}`,
        `kms:Encrypt this ${here}`,
      ];
      assert.deepEqual(await simulated(byArn), encrypting('implicitDeny', 'allowed'));
      assert.deepEqual(await simulated(byRequest), encrypting('implicitDeny', 'implicitDeny'));
      for (const [user, name, type] of [
        [byRequest, 'kms:RequestAlias', 'string'],
        [byResource, 'kms:ResourceAliases', 'stringList'],
      ] as const) {
        assert.deepEqual(await simulated(user, [name, type]), encrypting('allowed', 'allowed'));
      }
    },
  },
  {
    id: 'KMS-34',
    sentence: 'key policy and identity policy must both let a user through',
    run: async (stage) => {
      const [allowed, bare] = [await stage.user({ Action: 'kms:Encrypt' }), await stage.user()];
      const delegating = await stage.key();
      const closed = await stage.key({
        Policy: policyDocument({ Principal: accountPrincipal, Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'] }),
      });
      await refused(
        stage.call('Encrypt', { KeyId: delegating.KeyId, Plaintext }, bare),
        'AccessDeniedException',
        deniedTo(bare, 'kms:Encrypt', delegating.Arn, noIdentityPolicy('kms:Encrypt')),
      );
      await refused(
        stage.call('Encrypt', { KeyId: closed.KeyId, Plaintext }, allowed),
        'AccessDeniedException',
        deniedTo(allowed, 'kms:Encrypt', closed.Arn, noResourcePolicy('kms:Encrypt')),
      );
      await stage.call('Encrypt', { KeyId: delegating.KeyId, Plaintext }, allowed);
    },
  },
];

/** Who administers a key and who uses it cannot do the other's part, nor shut everybody out of the key policy. */
const separated = async (stage: Stage, admin: User, user: User): Promise<void> => {
  const Policy = policyDocument(
    { Principal: accountPrincipal, Action: 'kms:PutKeyPolicy' },
    { Principal: { AWS: admin.arn }, Action: ['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:EnableKey'] },
    { Principal: { AWS: user.arn }, Action: ['kms:Encrypt', 'kms:Decrypt'] },
  );
  const { KeyId } = await stage.key({ Policy });
  const put = { KeyId, PolicyName: 'default', Policy };
  await stage.call('PutKeyPolicy', put, admin);
  await stage.call('DisableKey', { KeyId }, admin);
  await stage.arrange('EnableKey', { KeyId }, admin);
  await refused(stage.call('Encrypt', { KeyId, Plaintext }, admin), 'AccessDeniedException', /kms:Encrypt/);
  await stage.call('Encrypt', { KeyId, Plaintext }, user);
  await refused(stage.call('PutKeyPolicy', put, user), 'AccessDeniedException', /kms:PutKeyPolicy/);

  const lockingOut = policyDocument({ Principal: { AWS: user.arn }, Action: 'kms:Encrypt' });
  await refused(
    stage.call('PutKeyPolicy', { ...put, Policy: lockingOut }, admin),
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  );
  const nobody = `arn:aws:iam::${account}:user/nobody-of-this-name`;
  const naming = policyDocument({ Principal: { AWS: [admin.arn, nobody] }, Action: 'kms:*' });
  await refused(
    stage.call('PutKeyPolicy', { ...put, Policy: naming }, admin),
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  );
};
