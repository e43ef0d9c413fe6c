import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account } from '../../spawned-server.ts';
import { accountPrincipal, type Check, deniedTo, policyDocument, refused, type Stage, type User } from '../stage.ts';

const assuming = { Action: 'sts:AssumeRole' };

/** @returns ARN of a new role that trusts as said and may do what is said */
const role = async (stage: Stage, trust: object, permissions: object, more: object = {}): Promise<string> => {
  const RoleName = `role-${randomUUID()}`;
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...trust },
  });
  const { Role } = await stage.arrange('CreateRole', { RoleName, AssumeRolePolicyDocument, ...more });
  const PolicyDocument = policyDocument(permissions as { Action: string });
  await stage.arrange('PutRolePolicy', { RoleName, PolicyName: 'check', PolicyDocument });
  return Role.Arn;
};

const sessionOf = ({ Credentials: given }: { readonly Credentials?: Record<string, string> }) => ({
  credentials: {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  },
});

/** How long credentials are valid from now on the server's clock, in seconds. */
const seconds = async (stage: Stage, given: { readonly Credentials?: Record<string, unknown> }): Promise<number> => {
  const { time } = (await (await fetch(`${stage.server.url}/_bulwark/health`)).json()) as { time: string };
  return (new Date(given.Credentials!.Expiration as string).getTime() - new Date(time).getTime()) / 1000;
};

const RoleSessionName = 's1';
const expired = ['ExpiredToken', 'The security token included in the request is expired'] as const;

/** Temporary credentials: whose they are, how long, and what they may do. */
export const sessionChecks: readonly Check[] = [
  {
    id: 'STS-01',
    sentence:
      'a role is assumed from another account by those whom both accounts let, with the external id it asks for',
    run: async (stage) => {
      const b = await stage.otherUser(assuming);
      const other = { AWS: `arn:aws:iam::${b.arn.split(':')[4]}:root` };
      const RoleArn = await role(stage, { Principal: other }, { Action: 'kms:ListKeys' });
      const given = await stage.call('AssumeRole', { RoleArn, RoleSessionName }, b);
      assert.match(given.Credentials.AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
      const session = sessionOf(given);
      const name = RoleArn.split('/').pop();
      assert.equal(
        (await stage.call('GetCallerIdentity', {}, session)).Arn,
        `arn:aws:sts::${account}:assumed-role/${name}/s1`,
      );
      await stage.call('ListKeys', {}, session);
      await refused(stage.call('ListAliases', {}, session), 'AccessDeniedException');

      const sentence = (who: User, arn: string): string =>
        `User: ${who.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
      const untrusting = await role(stage, { Principal: accountPrincipal }, { Action: '*' });
      await refused(
        stage.call('AssumeRole', { RoleArn: untrusting, RoleSessionName }, b),
        'AccessDenied',
        sentence(b, untrusting),
      );
      const powerless = await stage.otherUser();
      await refused(
        stage.call('AssumeRole', { RoleArn, RoleSessionName }, powerless),
        'AccessDenied',
        sentence(powerless, RoleArn),
      );

      const Condition = { StringEquals: { 'sts:ExternalId': 'x-1' } };
      const guarded = await role(stage, { Principal: other, Condition }, { Action: '*' });
      const ask = { RoleArn: guarded, RoleSessionName };
      await refused(stage.call('AssumeRole', ask, b), 'AccessDenied', sentence(b, guarded));
      await refused(stage.call('AssumeRole', { ...ask, ExternalId: 'x-2' }, b), 'AccessDenied');
      await stage.call('AssumeRole', { ...ask, ExternalId: 'x-1' }, b);
    },
  },
  {
    id: 'STS-02',
    sentence: 'a role session lasts from 900 s to what the role allows, an hour when chained, and is over then',
    run: async (stage) => {
      const user = await stage.user(assuming);
      const trusting = { Principal: accountPrincipal };
      const RoleArn = await role(stage, trusting, { Action: '*' });
      const long = await role(stage, trusting, { Action: '*' }, { MaxSessionDuration: 43_200 });
      const assume = (arn: string, DurationSeconds: number, as: object = user) =>
        stage.call('AssumeRole', { RoleArn: arn, RoleSessionName, DurationSeconds }, as);
      // Clients refuse this by themselves, so it is asked as they would not.
      await refused(
        stage.arrange('AssumeRole', { RoleArn, RoleSessionName, DurationSeconds: 899 }, user),
        'ValidationError',
        /Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900/,
      );
      for (const [arn, duration] of [
        [RoleArn, 900],
        [RoleArn, 3600],
        [long, 43_200],
      ] as const) {
        const lasting = await seconds(stage, await assume(arn, duration));
        assert.ok(lasting > duration - 30 && lasting <= duration, `${lasting} of ${duration}`);
      }
      await refused(
        assume(RoleArn, 3601),
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
      const session = sessionOf(await assume(long, 43_200));
      await refused(
        assume(long, 3601, session),
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
      const chained = sessionOf(await assume(long, 3600, session));
      await stage.advance(3600 / 86_400);
      await refused(stage.call('GetCallerIdentity', {}, chained), ...expired);
      await stage.call('GetCallerIdentity', {}, session);
    },
  },
  {
    id: 'STS-03',
    sentence: 'users get sessions and federated users of 15 minutes to 36 hours, which may do no more than they',
    run: async (stage) => {
      const user = await stage.user({ Action: ['sts:GetFederationToken', 'kms:ListKeys', 'iam:ListUsers'] });
      for (const operation of ['GetSessionToken', 'GetFederationToken']) {
        const of = (DurationSeconds: number) => ({
          DurationSeconds,
          ...(operation === 'GetFederationToken' && { Name: 'guest' }),
        });
        const ask = (duration: number) => stage.call(operation, of(duration), user);
        const insist = (duration: number) => stage.arrange(operation, of(duration), user);
        await refused(insist(899), 'ValidationError', /greater than or equal to 900/);
        await refused(insist(129_601), 'ValidationError', /less than or equal to 129600/);
        for (const duration of [900, 129_600]) {
          const lasting = await seconds(stage, await ask(duration));
          assert.ok(lasting > duration - 30 && lasting <= duration, `${operation}: ${lasting} of ${duration}`);
        }
      }
      const session = sessionOf(await stage.call('GetSessionToken', {}, user));
      await stage.call('ListKeys', {}, session);
      await refused(stage.call('ListUsers', {}, session), 'InvalidClientTokenId');

      const Policy = policyDocument({ Action: ['kms:*', 'iam:*'] });
      const given = await stage.call('GetFederationToken', { Name: 'guest', Policy }, user);
      assert.equal(given.FederatedUser.Arn, `arn:aws:sts::${account}:federated-user/guest`);
      const guest = sessionOf(given);
      await stage.call('ListKeys', {}, guest);
      await refused(
        stage.call('ListAliases', {}, guest),
        'AccessDeniedException',
        deniedTo(
          { arn: given.FederatedUser.Arn, credentials: guest.credentials },
          'kms:ListAliases',
          '*',
          'no identity-based policy allows the kms:ListAliases action',
        ),
      );
      await refused(stage.call('ListUsers', {}, guest), 'InvalidClientTokenId');
      await refused(
        stage.call('GetSessionToken', {}, guest),
        'AccessDenied',
        'Cannot call GetSessionToken with session credentials',
      );
    },
  },
];
