import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type DatabaseSecret, LoginRefused } from '../../src/rotators/engines/engine.ts';
import { mysql } from '../../src/rotators/engines/mysql.ts';
import { postgres } from '../../src/rotators/engines/postgres.ts';
import { redis } from '../../src/rotators/engines/redis.ts';
import { masterTag } from '../../src/rotators/index.ts';
import { testServer } from '../../src/testing/server.ts';
import { noPostgres } from '../postgres-server.ts';
import { type Database, noMariadb, noRedis, passwords, startMariadb, startPostgres, startRedis } from './databases.ts';

const server = await testServer();
const secrets = server.client(SecretsManagerClient);
const account = '111122223333';
const functionOf = (name: string): string => `arn:aws:lambda:us-east-1:${account}:function:${name}`;

const rows = [
  {
    title: 'PostgreSQL',
    prefix: 'SecretsManagerRDSPostgreSQLRotation',
    engine: postgres,
    name: 'postgres',
    start: startPostgres,
    skip: noPostgres,
  },
  {
    title: 'MariaDB',
    prefix: 'SecretsManagerRDSMariaDBRotation',
    engine: mysql,
    name: 'mariadb',
    start: () => startMariadb(),
    skip: noMariadb,
  },
  {
    title: 'Redis',
    prefix: 'SecretsManagerRedisRotation',
    engine: redis,
    name: 'redis',
    start: startRedis,
    skip: noRedis,
  },
] as const;

const current = async (SecretId: string): Promise<DatabaseSecret> =>
  JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString!);

/** Rotates, and waits for the end. */
const rotate = async (SecretId: string, more: object = {}): Promise<DatabaseSecret> => {
  const { VersionId } = await secrets.send(new RotateSecretCommand({ SecretId, ...more }));
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(100)) {
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    if (VersionIdsToStages?.[VersionId!]?.includes('AWSCURRENT')) return current(SecretId);
  }
  throw new Error('the rotation does not end');
};

for (const { title, prefix, engine, name, start, skip } of rows) {
  describe(`rotation of ${title}`, { skip }, () => {
    let database: Database;
    before(async () => {
      database = await start();
    });
    after(() => database?.stop());

    const create = async (Name: string, more: object, Tags: { Key: string; Value: string }[] = []): Promise<string> => {
      const SecretString = JSON.stringify({ engine: name, host: '127.0.0.1', port: database.port, ...more });
      return (await secrets.send(new CreateSecretCommand({ Name, SecretString, Tags }))).ARN!;
    };

    it('lets two users alternate, of whom the one before goes on', async () => {
      const admin = { username: 'admin', password: passwords.admin };
      const masterarn = await create(`${name}/admin`, admin, [{ Key: masterTag, Value: 'true' }]);
      const secret = await create(`${name}/two`, { username: 'app', password: passwords.app, masterarn });
      const rotation = {
        RotationLambdaARN: functionOf(`${prefix}MultiUser`),
        RotationRules: { AutomaticallyAfterDays: 30 },
      };
      const second = await rotate(secret, rotation);
      assert.equal(second.username, 'app_clone');
      await (await engine.login(second)).close();
      await (await engine.login({ ...second, username: 'app', password: passwords.app })).close();
      const third = await rotate(secret);
      assert.equal(third.username, 'app');
      await (await engine.login(third)).close();
      await (await engine.login(second)).close();
      await assert.rejects(engine.login({ ...third, password: passwords.app }), LoginRefused);
      // What the single user begins with.
      const login = await engine.login(third);
      await login.changeOwnPassword('app', passwords.app, passwords.app);
      await login.close();
    });

    it('changes the password of a single user, and finds done what a crash left behind', async () => {
      const secret = await create(`${name}/one`, { username: 'app', password: passwords.app });
      const rotation = {
        RotationLambdaARN: functionOf(`${prefix}SingleUser`),
        RotationRules: { AutomaticallyAfterDays: 30 },
      };
      const rotated = await rotate(secret, rotation);
      assert.notEqual(rotated.password, passwords.app);
      await (await engine.login(rotated)).close();

      const ClientRequestToken = randomUUID();
      const next = { ...rotated, password: `next-${ClientRequestToken}` };
      const SecretString = JSON.stringify(next);
      await secrets.send(
        new PutSecretValueCommand({
          SecretId: secret,
          ClientRequestToken,
          SecretString,
          VersionStages: ['AWSPENDING'],
        }),
      );
      const by = { principal: 'secretsmanager.amazonaws.com', sourceArn: secret, sourceAccount: account };
      for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
        for (const _again of [1, 2]) {
          const event = JSON.stringify({ Step, SecretId: secret, ClientRequestToken });
          const result = await server.running.functions.invoke(rotation.RotationLambdaARN, event, by);
          assert.deepEqual(result, { payload: 'null' }, Step);
        }
        const known = await Promise.allSettled([engine.login(await current(secret)), engine.login(next)]);
        for (const login of known) if (login.status === 'fulfilled') await login.value.close();
        assert.ok(
          known.some(({ status }) => status === 'fulfilled'),
          `no credentials are good after ${Step}`,
        );
      }
      assert.deepEqual(await current(secret), next);
      await (await engine.login(next)).close();
    });

    it('does not hand a master to whoever names it, without its tag', async () => {
      const masterarn = await create(`${name}/untagged`, { username: 'admin', password: passwords.admin });
      const secret = await create(`${name}/thief`, { username: 'app', password: 'x', masterarn });
      const RotationLambdaARN = functionOf(`${prefix}MultiUser`);
      const RotationRules = { AutomaticallyAfterDays: 30 };
      const { VersionId } = await secrets.send(
        new RotateSecretCommand({ SecretId: secret, RotationLambdaARN, RotationRules, RotateImmediately: true }),
      );
      await sleep(1500);
      const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: secret }));
      assert.ok(!VersionIdsToStages![VersionId!]?.includes('AWSCURRENT'));
      const denied = (await server.journal('GetSecretValue')).filter(({ errorCode }) =>
        errorCode?.startsWith('AccessDenied'),
      );
      assert.ok(denied.length > 0);
    });
  });
}
