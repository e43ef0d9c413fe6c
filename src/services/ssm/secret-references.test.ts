import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParameterHistoryCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { testServer } from '../../testing/server.ts';

const name = '/aws/reference/secretsmanager/app/db';
const get = (ssm: SSMClient, Name = name, WithDecryption = true) =>
  ssm.send(new GetParameterCommand({ Name, WithDecryption }));

/** A server with a secret `app/db` of two versions. */
const withSecret = async () => {
  const server = await testServer();
  const sm = server.client(SecretsManagerClient);
  const first = await sm.send(new CreateSecretCommand({ Name: 'app/db', SecretString: 'first' }));
  await sm.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: 'second' }));
  return { server, ssm: server.client(SSMClient), first };
};

describe('a reference to a secret', () => {
  it('reads its current version, one by id, and one by label', async () => {
    const { server, ssm, first } = await withSecret();
    const { Parameter } = await get(ssm);
    const { Name, Type, Value, Version, SourceResult } = Parameter!;
    assert.deepEqual([Name, Type, Value, Version], [name, 'SecureString', 'second', 0]);
    const source = JSON.parse(SourceResult!);
    assert.deepEqual([source.ARN, source.SecretString, source.VersionStages], [first.ARN, 'second', ['AWSCURRENT']]);
    assert.equal((await get(ssm, `${name}:AWSPREVIOUS`)).Parameter!.Value, 'first');
    assert.equal((await get(ssm, `${name}:${first.VersionId}`)).Parameter!.Value, 'first');
    const read = (await server.journal('GetSecretValue')).at(-1)!;
    assert.equal(read.userIdentity.invokedBy, 'ssm.amazonaws.com');
    assert.ok(!JSON.stringify(await server.journal()).includes('"first"'));
  });

  it('is read with others by GetParameters, and by nothing else', async () => {
    const { ssm } = await withSecret();
    const Names = [name, '/aws/reference/secretsmanager/none'];
    const read = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    assert.deepEqual([read.Parameters!.map(({ Value }) => Value), read.InvalidParameters], [['second'], [Names[1]]]);
    await assert.rejects(ssm.send(new GetParameterHistoryCommand({ Name: name })), { name: 'ParameterNotFound' });
  });

  it('must be decrypted, and be there', async () => {
    const { ssm } = await withSecret();
    await assert.rejects(get(ssm, name, false), {
      name: 'ValidationException',
      message: 'WithDecryption flag must be True for retrieving a Secret Manager secret.',
    });
    await assert.rejects(get(ssm, `${name}x`), { name: 'ParameterNotFound', message: /db.* not found\.$/ });
  });

  it('takes permission for the parameter and for the secret', async () => {
    const { server } = await withSecret();
    const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
    const reader = async (user: string, ...actions: string[]) =>
      server.client(SSMClient, await server.user(user, ...actions.map(allow)));
    const refused = (action: RegExp) => ({ name: 'AccessDeniedException', message: action });
    await assert.rejects(get(await reader('a', 'ssm:GetParameter')), refused(/secretsmanager:GetSecretValue/));
    await assert.rejects(get(await reader('b', 'secretsmanager:GetSecretValue')), refused(/ssm:GetParameter/));
    const both = await reader('c', 'ssm:GetParameter', 'secretsmanager:GetSecretValue', 'kms:Decrypt');
    assert.equal((await get(both)).Parameter!.Value, 'second');
  });
});
