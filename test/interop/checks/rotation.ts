import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { zipOf } from '../../../src/testing/zip.ts';
import { account } from '../../spawned-server.ts';
import { type Check, policyDocument, refused, type Stage } from '../stage.ts';
import { made, read } from './secrets.ts';

const dayMs = 86_400_000;

/** The function of a secret's owner: it notes in the secret, and where that says so in its tags, for which steps it was called. */
const handler = `
import { sign } from './sign.mjs';
const { AWS_ENDPOINT_URL: url, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
const ask = async (operation, input) => {
  const body = JSON.stringify(input);
  const unsigned = { host: new URL(url).host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.' + operation };
  const { host, ...headers } = sign({ method: 'POST', path: '/', headers: unsigned, body }, credentials, { region, service: 'secretsmanager' });
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(operation + ': ' + text);
  return text === '' ? {} : JSON.parse(text);
};
export const handler = async (event) => {
  const { Step, SecretId, ClientRequestToken } = event;
  const { VersionId: before, SecretString } = await ask('GetSecretValue', { SecretId });
  const value = JSON.parse(SecretString);
  if (value.failing === Step) throw new Error('told to fail');
  if (Step === 'createSecret') {
    const next = JSON.stringify({ ...value, password: ClientRequestToken, events: [event] });
    await ask('PutSecretValue', { SecretId, ClientRequestToken, SecretString: next, VersionStages: ['AWSPENDING'] });
    return;
  }
  const noted = { Key: Step, Value: Object.keys(event).join(' ') + ' ' + ClientRequestToken };
  if (value.noting) await ask('TagResource', { SecretId, Tags: [noted] });
  if (Step !== 'finishSecret') return;
  await ask('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: before });
};
`;

const signer = transformSync(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'src', 'testing', 'sign.ts'), 'utf8'),
  { loader: 'ts' },
).code;

/** The function as Lambda takes it, for Node.js. @param more is added to its code, to make it another one */
export const rotationPackage = (more = ''): Buffer => zipOf({ 'index.mjs': `${handler}${more}`, 'sign.mjs': signer });

/** @returns the ARN of a function that rotates; only where it is permitted may Secrets Manager call it */
const rotationFunction = async (stage: Stage, isPermitted: boolean): Promise<string> => {
  const FunctionName = `rotate-${randomUUID()}`;
  const RoleName = FunctionName;
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await stage.arrange('CreateRole', { RoleName, AssumeRolePolicyDocument });
  const PolicyDocument = policyDocument({ Action: ['secretsmanager:*', 'kms:*'] });
  await stage.arrange('PutRolePolicy', { RoleName, PolicyName: 'rotate', PolicyDocument });
  const Role = `arn:aws:iam::${account}:role/${RoleName}`;
  const runtime = { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, MemorySize: 256 };
  const created = { FunctionName, Role, Code: { ZipFile: rotationPackage() }, ...runtime };
  const { FunctionArn } = await stage.arrange('lambda:CreateFunction', created);
  if (isPermitted) await permit(stage, FunctionArn);
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await stage.arrange('lambda:GetFunctionConfiguration', { FunctionName })).State === 'Active')
      return FunctionArn;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${FunctionName} is not active after ten seconds`);
};

const permit = (stage: Stage, FunctionName: string) => {
  const permission = { StatementId: 'sm', Action: 'lambda:InvokeFunction', Principal: 'secretsmanager.amazonaws.com' };
  return stage.arrange('lambda:AddPermission', { FunctionName, ...permission });
};

/** Waits until the rotation that is under way has ended. */
const ended = async (stage: Stage, SecretId: string, event: string, times: number): Promise<void> => {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = (await stage.journal(event)).filter(
      ({ serviceEventDetails }) => (serviceEventDetails as { SecretId?: string })?.SecretId === SecretId,
    );
    if (found.length >= times) return assert.equal(found.length, times);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(`no ${event} of ${SecretId} in a minute`);
};

/** Rotation by functions of the account's own. */
export const rotationChecks: readonly Check[] = [
  {
    id: 'SM-02',
    sentence: 'a function is called for four steps, at once and then every N days by the clock, and AWSCURRENT moves',
    run: async (stage) => {
      const RotationLambdaARN = await rotationFunction(stage, true);
      const { ARN: SecretId, VersionId: first } = await made(stage, { SecretString: '{"noting":true}' });
      for (const AutomaticallyAfterDays of [0, 1001]) {
        const RotationRules = { AutomaticallyAfterDays };
        // The AWS CLI and boto3 refuse the one of these themselves.
        const asked = stage.arrange('secretsmanager:RotateSecret', { SecretId, RotationLambdaARN, RotationRules });
        await refused(asked, 'ValidationException');
      }
      const RotationRules = { AutomaticallyAfterDays: 10 };
      const asked = { SecretId, RotationLambdaARN, RotationRules };
      const { VersionId: second } = await stage.call('secretsmanager:RotateSecret', asked);
      await ended(stage, SecretId, 'RotationSucceeded', 1);
      const { password, events } = JSON.parse(await read(stage, SecretId));
      assert.equal(password, second);
      const [{ RotationToken, ...event }] = events;
      assert.deepEqual(event, { Step: 'createSecret', SecretId, ClientRequestToken: second });
      assert.match(RotationToken, /^[0-9a-f-]{36}$/);
      const described = await stage.call('secretsmanager:DescribeSecret', { SecretId });
      const told = Object.fromEntries(described.Tags.map(({ Key, Value }: Tag) => [Key, Value]));
      const each = `Step SecretId ClientRequestToken RotationToken ${second}`;
      assert.deepEqual(told, { setSecret: each, testSecret: each, finishSecret: each });
      assert.deepEqual(described.VersionIdsToStages[first], ['AWSPREVIOUS']);
      assert.ok(described.VersionIdsToStages[second].includes('AWSCURRENT'));
      assert.deepEqual(
        [described.RotationEnabled, described.RotationLambdaARN, described.RotationRules.AutomaticallyAfterDays],
        [true, RotationLambdaARN, 10],
      );
      assert.ok(Math.abs(described.LastRotatedDate.getTime() - (await stage.now())) < dayMs / 24);
      assert.ok(Math.abs(described.NextRotationDate.getTime() - (await stage.now()) - 10 * dayMs) < 1.1 * dayMs);
      for (let turn = 2; turn <= 3; turn++) {
        await stage.advance(10.5);
        await ended(stage, SecretId, 'RotationSucceeded', turn);
      }
      assert.notEqual(JSON.parse(await read(stage, SecretId)).password, second);
      await stage.call('secretsmanager:CancelRotateSecret', { SecretId });
      await stage.advance(30);
      await ended(stage, SecretId, 'RotationSucceeded', 3);
    },
  },
  {
    id: 'SM-02',
    sentence: 'a step that fails leaves AWSCURRENT where it was and the label stuck, and is told as RotationFailed',
    run: async (stage) => {
      const RotationLambdaARN = await rotationFunction(stage, true);
      const SecretString = '{"password":"first","failing":"testSecret"}';
      const { ARN: SecretId, VersionId: first } = await made(stage, { SecretString });
      const RotationRules = { ScheduleExpression: 'rate(10 days)', Duration: '2h' };
      const asked = { SecretId, RotationLambdaARN, RotationRules };
      const { VersionId: second } = await stage.call('secretsmanager:RotateSecret', asked);
      await ended(stage, SecretId, 'RotationFailed', 1);
      const failed = (await stage.journal('RotationFailed')).at(-1)!;
      assert.equal((failed.serviceEventDetails as { readonly Step: string }).Step, 'testSecret');
      const { VersionIdsToStages } = await stage.call('secretsmanager:DescribeSecret', { SecretId });
      assert.deepEqual(VersionIdsToStages, { [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
      assert.equal(await read(stage, SecretId), SecretString);
      await refused(
        stage.call('secretsmanager:RotateSecret', { SecretId }),
        'InvalidRequestException',
        "A previous rotation isn't complete. That rotation will be reattempted.",
      );
      await stage.call('secretsmanager:CancelRotateSecret', { SecretId });
    },
  },
  {
    id: 'SM-02',
    sentence: 'a function that there is not, or that Secrets Manager may not call, rotates nothing',
    run: async (stage) => {
      const { ARN: SecretId } = await made(stage);
      const rotate = (RotationLambdaARN: string) =>
        stage.call('secretsmanager:RotateSecret', {
          SecretId,
          RotationLambdaARN,
          RotationRules: { AutomaticallyAfterDays: 1 },
        });
      const unpermitted = await rotationFunction(stage, false);
      await refused(
        rotate(unpermitted),
        'AccessDeniedException',
        'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
      );
      await refused(rotate(`${unpermitted}-absent`), 'ResourceNotFoundException');
      const { RotationEnabled = false } = await stage.call('secretsmanager:DescribeSecret', { SecretId });
      assert.equal(RotationEnabled, false);
    },
  },
];

interface Tag {
  readonly Key: string;
  readonly Value: string;
}
