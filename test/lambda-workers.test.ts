import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { askSource } from '../src/testing/function-client.ts';
import { until } from '../src/testing/functions.ts';
import { zipOf } from '../src/testing/zip.ts';
import { account, region, rootCredentials, SpawnedServer } from './spawned-server.ts';

/** A parameter for each event that it gets; one that is there already is an event that was given to it twice. */
const code = `${askSource}
export const handler = async ({ n }) => {
  const [status] = await ask('ssm', 'AmazonSSM.PutParameter', { Name: '/events/' + n, Value: 'x', Type: 'String' });
  if (status !== 200) await ask('ssm', 'AmazonSSM.PutParameter', { Name: '/twice/' + n, Value: 'x', Type: 'String' });
  return n;
};`;
const events = 30;

it('several workers give each event to its function, and each answer to who asked', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'bulwark-lambda-workers-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const server = await SpawnedServer.start({ data, flags: ['--workers', '2'] });
  t.after(() => server.stop('SIGKILL'));
  const config = { endpoint: server.url, region, credentials: rootCredentials };
  const [iam, lambda, ssm] = [new IAMClient(config), new LambdaClient(config), new SSMClient(config)];
  const policyOf = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const AssumeRolePolicyDocument = policyOf({
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument }));
  const PolicyDocument = policyOf({ Action: 'ssm:PutParameter', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'put', PolicyDocument }));
  const FunctionName = 'worker';
  await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Role: `arn:aws:iam::${account}:role/runner`, Runtime: 'nodejs22.x', Timeout: 20 },
      ...{ Handler: 'index.handler', Code: { ZipFile: zipOf({ 'index.mjs': code }) } },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { FunctionName });
  const invoke = (n: string | number, more: object = {}) =>
    lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ n }), ...more }));
  const stored = async (Path: string): Promise<number> => {
    let count = 0;
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await ssm.send(new GetParametersByPathCommand({ Path, ...(NextToken && { NextToken }) }));
      count += page.Parameters!.length;
      NextToken = page.NextToken;
    }
    return count;
  };
  // Roles and their sessions are known to all workers a moment later.
  await until(async () => {
    await invoke(`first-${Date.now()}`);
    return (await stored('/events')) > 0;
  });
  const before = await stored('/events');
  const twice = await stored('/twice');
  for (let n = 0; n < events; n++) await invoke(n, { InvocationType: 'Event' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => Buffer.from((await invoke(`direct-${n}`)).Payload!).toString()),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 8 }, (_, n) => `"direct-${n}"`),
  );
  await until(async () => (await stored('/events')) === before + events + answers.length);
  assert.equal(await stored('/twice'), twice);
  await server.stop();
});
