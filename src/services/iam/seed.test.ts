import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const statement = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const alice = { accessKeyId: 'AKIASEEDEDALICESKEY1', secretAccessKey: 'seeded-secret-access-key-of-alice-000001' };

const seedText = JSON.stringify({
  groups: [{ name: 'readers', policies: { list: document(statement('iam:ListUsers')) } }],
  users: [
    {
      name: 'alice',
      groups: ['readers'],
      accessKeys: [{ id: alice.accessKeyId, secret: alice.secretAccessKey }],
      policies: { assume: document(statement('sts:AssumeRole')) },
    },
  ],
  roles: [
    {
      name: 'deployer',
      trustPolicy: document({
        ...statement('sts:AssumeRole'),
        Resource: undefined,
        Principal: { AWS: iamArn('user/alice') },
      }),
      maxSessionDuration: 7200,
      attachedPolicies: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
      tags: { team: 'blue' },
    },
  ],
});

test('a seed makes groups, their members and roles that decide, and applying it again changes nothing', async () => {
  const server = await testServer({ persistent: true, seedText });
  const asAlice = sender(server, alice);
  await asAlice('ListUsers');
  await assert.rejects(asAlice('ListRoles'), { Code: 'AccessDenied' });
  const RoleArn = `arn:aws:iam::${account}:role/deployer`;
  const { Credentials } = await asAlice('AssumeRole', { RoleArn, RoleSessionName: 's1', DurationSeconds: 7200 });
  const session = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  const before = (await sender(server, session)('GetRole', { RoleName: 'deployer' })).Role;
  assert.deepEqual(before.Tags, [{ Key: 'team', Value: 'blue' }]);
  await server.restart();
  assert.equal((await sender(server, session)('GetRole', { RoleName: 'deployer' })).Role.RoleId, before.RoleId);
  assert.equal((await sender(server)('GetGroup', { GroupName: 'readers' })).Users.length, 1);
});
