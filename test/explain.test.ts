import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { testServer } from '../src/testing/server.ts';
import { bulwark } from './bulwark.ts';

const account = '111122223333';
const server = await testServer({ persistent: true });
const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
const keyArn = KeyMetadata!.Arn!;

/** @returns the id of a refused request */
const refused = async (name: string, ...statements: readonly object[]): Promise<string> => {
  const kms = server.client(KMSClient, await server.user(name, ...statements));
  const sent = kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }));
  const error = await sent.then(
    () => assert.fail('allowed'),
    (raised: { readonly $metadata: { readonly requestId: string } }) => raised,
  );
  return error.$metadata.requestId;
};

const explain = (...args: readonly string[]) => bulwark('explain', '--data', server.directory, ...args);

describe('bulwark explain, beside a running server', () => {
  it('says what came close, which condition keys were absent, and prints a statement that would allow', async () => {
    const Condition = { StringEquals: { 'kms:RequestAlias': 'alias/a' } };
    const id = await refused('alice', { Sid: 'A', Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition });
    const { exitCode, stdout } = await explain(id);
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(`DENIED {2}kms:Encrypt on ${keyArn}\n`));
    assert.match(stdout, /because no identity-based policy allows it/);
    assert.match(stdout, /close: statement 1 "A" of user_alice_test does not match in StringEquals kms:requestalias/);
    assert.match(stdout, /did not have: kms:requestalias/);
    assert.match(stdout, new RegExp(`attach to arn:aws:iam::${account}:user/alice a policy that allows it:`));
  });

  it('prints as JSON what would allow it, and that is true', async () => {
    const id = await refused('bob');
    const [explained] = JSON.parse((await explain(id, '--json')).stdout);
    const { statement } = explained.decisions[0].remedy;
    assert.deepEqual(statement, { Effect: 'Allow', Action: 'kms:Encrypt', Resource: keyArn });
    const kms = server.client(KMSClient, await server.user('carol', statement));
    await kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }));
  });

  it('names the statement that denies', async () => {
    const id = await refused('dave', { Sid: 'Never', Effect: 'Deny', Action: '*', Resource: '*' });
    const { stdout } = await explain(id);
    assert.match(stdout, /because statement 1 "Never" of user_dave_test denies it \(identity-based policy\)/);
    assert.match(stdout, /no Allow outweighs a Deny/);
  });

  it('names the statement that allowed', async () => {
    const answer = await server
      .client(KMSClient)
      .send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }));
    const { stdout } = await explain(answer.$metadata.requestId!);
    assert.match(stdout, /succeeded\n\nALLOWED kms:Encrypt/);
  });

  it('finds by the id that the client got what was refused to the service that it asked', async () => {
    const ssm = server.client(
      SSMClient,
      await server.user('erin', { Effect: 'Allow', Action: 'ssm:*', Resource: '*' }),
    );
    const parameter = { Name: '/secret', Value: 'v', Type: 'SecureString', KeyId: keyArn } as const;
    const error = await ssm.send(new PutParameterCommand(parameter)).then(
      () => assert.fail('allowed'),
      (raised: { readonly $metadata: { readonly requestId: string } }) => raised,
    );
    const id = error.$metadata.requestId;
    const { stdout } = await explain(id);
    assert.match(stdout, /^kms:\w+, request /);
    assert.match(
      stdout,
      new RegExp(`  by arn:aws:iam::${account}:user/erin through ssm.amazonaws.com\n  within request ${id}\n`),
    );
    assert.match(stdout, new RegExp(`DENIED {2}kms:\\w+ on ${keyArn}\n  because no identity-based policy allows it`));
    assert.match(stdout, /\nssm:PutParameter, request .*\n {2}by .* from .*\n {2}failed with AccessDenied/);
  });

  it('fails with a sentence where the journal has no such request', async () => {
    const { exitCode, stderr } = await explain('7d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^bulwark: the journal has no request 7d1c2b3a/);
  });
});

describe('bulwark explain, of a server in memory', () => {
  it('asks the running server, where that shows its journal', async () => {
    const open = await testServer({ mode: 'open' });
    const answer = await open.client(KMSClient).send(new CreateKeyCommand({}));
    const id = answer.$metadata.requestId!;
    const { stdout } = await bulwark('explain', '--data', ':memory:', '--port', String(open.port), id);
    assert.match(stdout, /ALLOWED kms:CreateKey on \*\n {2}because the root user needs no policy/);
  });

  it('says where to look else', async () => {
    const closed = await testServer();
    const { exitCode, stderr } = await bulwark('explain', '--data', ':memory:', '--port', String(closed.port), 'x');
    assert.equal(exitCode, 2);
    assert.match(stderr, /in open mode or with --test-endpoints only/);
  });
});
