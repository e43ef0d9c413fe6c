import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { askSource } from '../src/testing/function-client.ts';
import { runs, until } from '../src/testing/functions.ts';
import { zipOf } from '../src/testing/zip.ts';
import { account, region, rootCredentials, SpawnedServer } from './spawned-server.ts';

const Role = `arn:aws:iam::${account}:role/runner`;
const arnOf = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Notes that it begins; where it had begun before, that it is done; else it waits for its end. */
const worker = `${askSource}
const put = (Name, Value = 'x') => ask('ssm', 'AmazonSSM.PutParameter', { Name, Value, Type: 'String' });
export const handler = async ({ n }) => {
  const [status] = await put('/started/' + n);
  if (status === 200) await new Promise((resolve) => setTimeout(resolve, 60000));
  await put('/done/' + n);
};`;
const unwilling = `${askSource}
export const handler = async () => {
  await ask('ssm', 'AmazonSSM.PutParameter', { Name: '/refused', Value: 'x', Type: 'String', Overwrite: true });
  throw new Error('no');
};`;
const sink = `${askSource}
export const handler = async (record) => {
  const Value = JSON.stringify(record.requestContext);
  await ask('ssm', 'AmazonSSM.PutParameter', { Name: '/record', Value, Type: 'String' });
};`;

/** Clients of one server. */
const clientsOf = ({ url }: SpawnedServer) => {
  const config = { endpoint: url, region, credentials: rootCredentials, maxAttempts: 1 };
  return { iam: new IAMClient(config), lambda: new LambdaClient(config), ssm: new SSMClient(config) };
};
type Clients = ReturnType<typeof clientsOf>;

const create = async ({ lambda }: Clients, FunctionName: string, code: string, more: object = {}): Promise<void> => {
  await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Role, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 90 },
      Code: { ZipFile: zipOf({ 'index.mjs': code }) },
      ...more,
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { FunctionName });
};

const setUp = async (clients: Clients, name: string): Promise<void> => {
  const { iam, lambda } = clients;
  const policyOf = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const AssumeRolePolicyDocument = policyOf({
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument }));
  const Action = ['ssm:PutParameter', 'lambda:InvokeFunction', 'sqs:SendMessage'];
  const PolicyDocument = policyOf({ Action, Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'run', PolicyDocument }));
  await create(clients, name, worker);
  await create(clients, 'sink', sink);
  await create(clients, 'unwilling', unwilling);
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'unwilling',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: arnOf('sink') } },
    }),
  );
  await create(clients, 'kept', 'export const handler = async () => process.env.PLACE;', {
    Environment: { Variables: { PLACE: 'here' } },
    DeadLetterConfig: { TargetArn: `arn:aws:sqs:${region}:${account}:letters` },
    Tags: { team: 'blue' },
  });
  const FunctionName = 'kept';
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  await lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName, StatementId: 'sm', Action: 'lambda:InvokeFunction' },
      ...{ Principal: 'secretsmanager.amazonaws.com', SourceAccount: account },
    }),
  );
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 3600 }));
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }));
};

/** Everything that is told of a function. */
const told = async ({ lambda }: Clients, FunctionName: string): Promise<object> => {
  const answers = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
    lambda.send(new ListVersionsByFunctionCommand({ FunctionName })),
    lambda.send(new ListAliasesCommand({ FunctionName })),
    lambda.send(new GetPolicyCommand({ FunctionName })),
    lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })),
    lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
    lambda.send(new ListTagsCommand({ Resource: arnOf(FunctionName) })),
  ]);
  return answers.map(({ $metadata: _metadata, ...answer }) => answer);
};

const send = async ({ lambda }: Clients, FunctionName: string, event: object): Promise<void> => {
  const Payload = JSON.stringify(event);
  const { StatusCode } = await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  assert.equal(StatusCode, 202);
};

const parameter = async ({ ssm }: Clients, Name: string): Promise<string | undefined> => {
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter!.Value;
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined;
    throw error;
  }
};
const isThere = (clients: Clients, name: string): Promise<void> =>
  until(async () => (await parameter(clients, name)) !== undefined);

const pass = async ({ url }: SpawnedServer, span: string): Promise<void> => {
  const { status } = await fetch(`${url}/_bulwark/clock`, { method: 'POST', body: JSON.stringify({ advance: span }) });
  assert.equal(status, 200);
};

describe('functions after a restart', () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`by ${signal} are as they were, and their events go on`, async (t) => {
      const data = mkdtempSync(join(tmpdir(), 'bulwark-lambda-restart-'));
      t.after(() => rmSync(data, { recursive: true, force: true }));
      const start = async (): Promise<SpawnedServer> => {
        const server = await SpawnedServer.start({ data, flags: ['--test-endpoints'] });
        t.after(() => server.stop('SIGKILL'));
        return server;
      };
      const name = `worker-${process.pid}-${signal}`;
      const before = await start();
      const old = clientsOf(before);
      await setUp(old, name);
      const toldBefore = await told(old, 'kept');
      // Eight of them are given to the function at a time, the others wait.
      const many = Array.from({ length: 10 }, (_, n) => n);
      for (const n of many) await send(old, name, { n });
      await send(old, 'unwilling', {});
      await isThere(old, '/started/0');
      await isThere(old, '/refused');
      const cut = old.lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{"n":"direct"}' })).then(
        ({ FunctionError }) => FunctionError,
        ({ name: error }: Error) => error,
      );
      await isThere(old, '/started/direct');
      await before.stop(signal);
      // A server that stops tells that it is its own fault; one that was killed tells nothing.
      if (signal === 'SIGTERM') assert.equal(await cut, 'ServiceException');
      await cut;
      await until(() => !runs(name));

      const after = await start();
      const now = clientsOf(after);
      assert.deepEqual(await told(now, 'kept'), toldBefore);
      const { Payload } = await now.lambda.send(new InvokeCommand({ FunctionName: 'kept:live' }));
      assert.equal(Buffer.from(Payload!).toString(), '"here"');
      await isThere(now, '/done/0');
      assert.equal(await parameter(now, '/record'), undefined);
      await pass(after, '61s');
      await isThere(now, '/record');
      const { condition, approximateInvokeCount } = JSON.parse((await parameter(now, '/record'))!);
      assert.deepEqual([condition, approximateInvokeCount], ['RetriesExhausted', 2]);
      for (const n of many.slice(0, 8)) await isThere(now, `/done/${n}`);
      for (const n of many.slice(8)) await isThere(now, `/started/${n}`);
      await after.stop();
      await until(() => !runs(name));
    });
  }
});
