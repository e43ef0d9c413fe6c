import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CreateSecretCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { askSource } from '../../testing/function-client.ts';
import { TestOrganization } from '../../testing/organization.ts';
import { testServer } from '../../testing/server.ts';
import { zipOf } from '../../testing/zip.ts';

const server = await testServer();
const lambda = server.client(LambdaClient);
const iam = server.client(IAMClient);
const account = '111122223333';
const roleArn = `arn:aws:iam::${account}:role/runner`;
const trusting = (Service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  });
await iam.send(
  new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') }),
);

const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:${account}:function:${name}`;

const node = (body: string): Record<string, string> => ({ 'index.mjs': `export const handler = ${body};` });

const create = async (
  name: string,
  files: Readonly<Record<string, string>>,
  more: object = {},
  client = lambda,
): Promise<void> => {
  const Code = { ZipFile: zipOf(files) };
  const common = { FunctionName: name, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: roleArn, Code } as const;
  await client.send(new CreateFunctionCommand({ ...common, ...more }));
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { FunctionName: name });
};

const invoke = async (name: string, event: unknown = {}, more: object = {}) => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), ...more }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
};

const refused = (code: string, message?: RegExp) => (error: unknown) => {
  const { name, message: said } = error as Error;
  assert.equal(name, code, said);
  if (message) assert.match(said, message);
  return true;
};

describe('functions', () => {
  it('run handlers of Node.js with event and context', async () => {
    await create(
      'echo',
      node('async (event, context) => ({ event, name: context.functionName, arn: context.invokedFunctionArn })'),
    );
    const { value, StatusCode, ExecutedVersion } = await invoke('echo', { a: 'ö' });
    assert.deepEqual(value, { event: { a: 'ö' }, name: 'echo', arn: arnOf('echo') });
    assert.equal(StatusCode, 200);
    assert.equal(ExecutedVersion, '$LATEST');
  });

  it('run handlers of CommonJS that call back', async () => {
    await create('callback', { 'index.js': 'exports.handler = (event, context, done) => done(null, event.n + 1);' });
    assert.equal((await invoke('callback', { n: 1 })).value, 2);
  });

  it('run handlers of Python', async () => {
    const code =
      'import os\ndef handle(event, context):\n  print("seen")\n  return [event["n"], context.function_name, os.getcwd()]';
    await create('snake', { 'app.py': code }, { Runtime: 'python3.12', Handler: 'app.handle' });
    const { value, LogResult } = await invoke('snake', { n: 1 }, { LogType: 'Tail' });
    assert.deepEqual(value.slice(0, 2), [1, 'snake']);
    assert.match(
      Buffer.from(LogResult!, 'base64').toString(),
      /START RequestId: .*\nseen\nEND RequestId: .*\nREPORT /s,
    );
  });

  it('answer what a handler throws as FunctionError', async () => {
    await create('thrower', node('async () => { throw new RangeError("too far"); }'));
    const { FunctionError, value } = await invoke('thrower');
    assert.equal(FunctionError, 'Unhandled');
    assert.equal(value.errorType, 'RangeError');
    assert.equal(value.errorMessage, 'too far');
  });

  it('answer a handler that is not there as FunctionError', async () => {
    await create('nothing', node('1'));
    assert.equal((await invoke('nothing')).value.errorType, 'Runtime.HandlerNotFound');
  });

  it('are ended when their time is up, and start anew', async () => {
    await create('endless', node('async ({ wait }) => { while (wait); return "done"; }'), { Timeout: 1 });
    const { FunctionError, value } = await invoke('endless', { wait: true });
    assert.equal(FunctionError, 'Unhandled');
    assert.match(value.errorMessage, /^RequestId: .* Error: Task timed out after 1.00 seconds$/);
    assert.equal((await invoke('endless', {})).value, 'done');
  });

  it('are ended when they take more memory than they have', async () => {
    await create(
      'hungry',
      node(
        'async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)); } }',
      ),
      { Timeout: 20 },
    );
    assert.match((await invoke('hungry')).value.errorMessage, /signal: killed/);
  });

  it('that end their process or answer too much fail alone', async () => {
    await create('fails', node('async ({ exit }) => exit ? process.exit(3) : "x".repeat(7e6)'));
    assert.match((await invoke('fails', { exit: true })).value.errorMessage, /exit status 3/);
    assert.equal((await invoke('fails', {})).value.errorType, 'Function.ResponseSizeTooLarge');
  });

  it('see neither files nor environment of the server', async () => {
    await create(
      'spy',
      node(
        `async ({ path }) => {
          const { readdirSync, existsSync } = await import('node:fs');
          return { there: existsSync(path), task: readdirSync(process.env.LAMBDA_TASK_ROOT), keys: Object.keys(process.env) };
        }`,
      ),
    );
    const { value } = await invoke('spy', { path: import.meta.filename });
    assert.equal(value.there, false);
    assert.deepEqual(value.task, ['index.mjs']);
    assert.ok(!value.keys.some((key: string) => key.startsWith('BULWARK') || key === 'USER'));
  });

  it('may do what their role may, and nothing more', async () => {
    const code = `${askSource}
      export const handler = async () => ({
        keys: await ask('kms', 'TrentService.ListKeys', {}),
        create: await ask('kms', 'TrentService.CreateKey', {}),
      });`;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'list', PolicyDocument }));
    await create('limited', { 'index.mjs': code }, { Timeout: 10 });
    const { value } = await invoke('limited');
    assert.equal(value.keys[0], 200, JSON.stringify(value));
    assert.equal(value.create[0], 400);
    const sentence = `User: arn:aws:sts::${account}:assumed-role/runner/limited is not authorized to perform: kms:CreateKey`;
    assert.ok((value.create[1].message ?? value.create[1].Message).startsWith(sentence), JSON.stringify(value.create));
  });

  it('are refused a package that would leave its folder', async () => {
    const bad = create('bad', { '../index.mjs': '' });
    await assert.rejects(bad, refused('InvalidParameterValueException', /^Could not unzip uploaded file/));
  });

  it('take packages of several megabytes, and payloads of up to 6 MB', async () => {
    const filler = Array.from({ length: 60_000 }, (_, n) => `// ${n} ${'x'.repeat(40)}`).join('\n');
    await create('large', { 'index.mjs': `export const handler = async (e) => e.length;\n${filler}` });
    assert.equal((await invoke('large', 'x'.repeat(5_000_000))).value, 5_000_000);
    await assert.rejects(invoke('large', 'x'.repeat(6_300_000)), refused('RequestTooLargeException'));
  });

  it('are refused a role that Lambda cannot assume', async () => {
    const AssumeRolePolicyDocument = trusting('ec2.amazonaws.com');
    await iam.send(new CreateRoleCommand({ RoleName: 'others', AssumeRolePolicyDocument }));
    const message = /^The role defined for the function cannot be assumed by Lambda\.$/;
    for (const role of ['others', 'absent']) {
      const Role = `arn:aws:iam::${account}:role/${role}`;
      await assert.rejects(create('x', node('1'), { Role }), refused('InvalidParameterValueException', message));
    }
  });

  it('need iam:PassRole of whoever creates them', async () => {
    const maker = await server.user('maker', { Effect: 'Allow', Action: 'lambda:*', Resource: '*' });
    const made = create('made', node('1'), {}, server.client(LambdaClient, maker));
    await assert.rejects(made, refused('AccessDeniedException', /iam:PassRole on resource: arn:aws:iam::/));
  });

  it('need lambda:TagResource of whoever creates them with tags', async () => {
    const Action = ['lambda:CreateFunction', 'lambda:GetFunction*', 'iam:PassRole'];
    const maker = server.client(LambdaClient, await server.user('plain', { Effect: 'Allow', Action, Resource: '*' }));
    const tagged = create('tagged', node('1'), { Tags: { team: 'red' } }, maker);
    const message = new RegExp(`lambda:TagResource on resource: ${arnOf('tagged')} `);
    await assert.rejects(tagged, refused('AccessDeniedException', message));
    await create('untagged', node('1'), {}, maker);
  });

  it('that do not exist are told by their ARN', async () => {
    const message = new RegExp(`^Function not found: ${arnOf('absent')}$`);
    await assert.rejects(invoke('absent'), refused('ResourceNotFoundException', message));
  });

  it('are updated, published and named by aliases', async () => {
    await create('steps', node('async () => 1'));
    await lambda.send(new PublishVersionCommand({ FunctionName: 'steps' }));
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'steps', ZipFile: zipOf(node('async () => 2')) }));
    await waitUntilFunctionUpdatedV2(
      { client: lambda, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
      { FunctionName: 'steps' },
    );
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: 'steps' }));
    assert.equal(Version, '2');
    await lambda.send(new CreateAliasCommand({ FunctionName: 'steps', Name: 'live', FunctionVersion: '1' }));
    assert.equal((await invoke('steps:live')).value, 1);
    assert.equal((await invoke('steps')).value, 2);
    assert.equal((await invoke(`${arnOf('steps')}:2`)).ExecutedVersion, '2');
    const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'steps' }));
    assert.deepEqual(
      Versions?.map((each) => each.Version),
      ['$LATEST', '1', '2'],
    );
    const referenced = lambda.send(new DeleteFunctionCommand({ FunctionName: 'steps', Qualifier: '1' }));
    await assert.rejects(referenced, refused('ResourceConflictException'));
  });

  it('with no executions reserved are throttled', async () => {
    await create('stopped', node('async () => 1'));
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'stopped', ReservedConcurrentExecutions: 0 }));
    await assert.rejects(invoke('stopped'), refused('TooManyRequestsException', /^Rate Exceeded\.$/));
  });

  it('are not run where only the permission is asked', async () => {
    await create('dry', node('async () => 1'));
    assert.equal((await invoke('dry', {}, { InvocationType: 'DryRun' })).StatusCode, 204);
    await assert.rejects(
      lambda.send(new InvokeCommand({ FunctionName: 'dry', Payload: 'no json' })),
      refused('InvalidRequestContentException', /^Could not parse request body into json/),
    );
  });
});

describe('environment variables', () => {
  it('are encrypted under KMS, and shown to those who may decrypt', async () => {
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    await create('vars', node('async () => process.env.COLOUR'), {
      Environment: { Variables: { COLOUR: 'blue' } },
      KMSKeyArn: KeyMetadata!.Arn,
    });
    assert.equal((await invoke('vars')).value, 'blue');
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'vars' });
    assert.deepEqual((await lambda.send(get)).Environment?.Variables, { COLOUR: 'blue' });
    const reader = await server.user('reader', { Effect: 'Allow', Action: 'lambda:*', Resource: '*' });
    const { Environment } = await server.client(LambdaClient, reader).send(get);
    assert.equal(Environment?.Error?.ErrorCode, 'AccessDeniedException');

    const record = (await server.journal('Decrypt')).find(({ userIdentity }) =>
      String(userIdentity.arn).includes('assumed-role'),
    );
    assert.equal(record?.userIdentity.invokedBy, 'lambda.amazonaws.com');

    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'vars', Timeout: 5 }));
    await waitUntilFunctionUpdatedV2(
      { client: lambda, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
      { FunctionName: 'vars' },
    );
    assert.equal((await invoke('vars')).value, 'blue');
    await server.client(KMSClient).send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId! }));
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'vars', Timeout: 6 }));
    await waitUntilFunctionUpdatedV2(
      { client: lambda, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
      { FunctionName: 'vars' },
    );
    await assert.rejects(invoke('vars'), refused('KMSDisabledException'));
  });

  it('are encrypted under the key of Lambda where no other is named', async () => {
    await create('managed', node('async () => process.env.AB'), { Environment: { Variables: { AB: 'b' } } });
    assert.equal((await invoke('managed')).value, 'b');
  });

  it('may not be those that Lambda sets, nor exceed 4 KB', async () => {
    const vars = (Variables: Record<string, string>) => create('x', node('1'), { Environment: { Variables } });
    await assert.rejects(vars({ AWS_REGION: 'x' }), refused('InvalidParameterValueException', /reserved keys/));
    await assert.rejects(vars({ AB: 'x'.repeat(4096) }), refused('InvalidParameterValueException', /4KB limit/));
  });
});

describe('resource policies of functions', () => {
  it('let in services for exactly the resources they name', async () => {
    await create('hook', node('async (event) => event'));
    const SourceArn = `arn:aws:secretsmanager:us-east-1:${account}:secret:a-*`;
    const permission = { FunctionName: 'hook', StatementId: 'sm', Action: 'lambda:InvokeFunction' };
    const { Statement } = await lambda.send(
      new AddPermissionCommand({
        ...permission,
        Principal: 'secretsmanager.amazonaws.com',
        SourceArn,
        SourceAccount: account,
      }),
    );
    assert.equal(JSON.parse(Statement!).Principal.Service, 'secretsmanager.amazonaws.com');
    await assert.rejects(
      lambda.send(new AddPermissionCommand({ ...permission, Principal: account })),
      refused('ResourceConflictException', /^The statement id \(sm\) provided already exists/),
    );
    const { store, functions } = server.running;
    const by = (sourceArn: string, sourceAccount = account) => ({
      principal: 'secretsmanager.amazonaws.com',
      sourceArn,
      sourceAccount,
    });
    const good = by(SourceArn.replace('*', 'AbCdEf'));
    const checked = (arn: string, invoker: typeof good) => store.transact((tx) => functions.check(tx, arn, invoker));
    assert.equal(await checked(arnOf('hook'), good), 'allowed');
    assert.equal(await checked(arnOf('hook'), by(SourceArn.replace('a-*', 'b'))), 'denied');
    assert.equal(await checked(arnOf('hook'), by(good.sourceArn, '444455556666')), 'denied');
    assert.equal(await checked(arnOf('gone'), good), 'absent');
    assert.deepEqual(await functions.invoke(arnOf('hook'), '{"a":1}', good), { payload: '{"a":1}' });
    assert.match((await functions.invoke(arnOf('hook'), '{}', by('arn:aws:x'))).error!, /^AccessDenied/);
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: 'hook' }));
    assert.equal(JSON.parse(Policy!).Statement.length, 1);
    await lambda.send(new RemovePermissionCommand({ FunctionName: 'hook', StatementId: 'sm' }));
    assert.equal(await checked(arnOf('hook'), good), 'denied');
  });
});

describe('tags of functions', () => {
  const allow = (Action: string, Condition = {}) => ({ Effect: 'Allow', Action, Resource: '*', Condition });
  const invoking = (condition: object) => [
    allow('secretsmanager:*'),
    allow('kms:*'),
    allow('lambda:InvokeFunction', condition),
  ];
  const rotate = async (sm: SecretsManagerClient, name: string) => {
    await sm.send(new CreateSecretCommand({ Name: name, SecretString: 'x' }));
    return sm.send(new RotateSecretCommand({ SecretId: name, RotationLambdaARN: arnOf('rotates') }));
  };

  it('decide about those who have Secrets Manager invoke them', async () => {
    await create('rotates', node('async () => 1'), { Tags: { env: 'prod' } });
    const permission = { FunctionName: 'rotates', StatementId: 'sm', Principal: 'secretsmanager.amazonaws.com' };
    await lambda.send(new AddPermissionCommand({ ...permission, Action: 'lambda:InvokeFunction' }));
    const as = async (name: string, condition: object) =>
      rotate(server.client(SecretsManagerClient, await server.user(name, ...invoking(condition))), name);
    await assert.rejects(
      as('tester', { StringNotEquals: { 'aws:ResourceTag/env': 'prod' } }),
      refused('AccessDeniedException', /lambda:InvokeFunction/),
    );
    await as('releaser', { StringEquals: { 'aws:ResourceTag/env': 'prod' } });
  });

  it('are nothing that another account finds out by having Secrets Manager invoke them', async () => {
    const { admin } = await (await TestOrganization.create(server)).account('curious');
    const abroad = server.client(IAMClient, admin);
    for (const guess of ['prod', 'test']) {
      await abroad.send(new CreateUserCommand({ UserName: guess }));
      const Statement = invoking({ StringEquals: { 'aws:ResourceTag/env': guess } });
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await abroad.send(new PutUserPolicyCommand({ UserName: guess, PolicyName: 'test', PolicyDocument }));
      const { AccessKey } = await abroad.send(new CreateAccessKeyCommand({ UserName: guess }));
      const key = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
      await assert.rejects(
        rotate(server.client(SecretsManagerClient, key), guess),
        refused('AccessDeniedException', /no identity-based policy allows the lambda:InvokeFunction action/),
      );
    }
  });
});

describe('who may change the resource policies of functions', () => {
  it('is held to the principals that policies name, when adding and when removing', async () => {
    await create('open', node('async () => 1'));
    const statement = { FunctionName: 'open', Action: 'lambda:InvokeFunction' };
    const add = (as: LambdaClient, StatementId: string, Principal: string) =>
      as.send(new AddPermissionCommand({ ...statement, StatementId, Principal }));
    const remove = (as: LambdaClient, StatementId: string) =>
      as.send(new RemovePermissionCommand({ FunctionName: 'open', StatementId }));
    const manager = server.client(
      LambdaClient,
      await server.user('manager', {
        Effect: 'Allow',
        Action: ['lambda:AddPermission', 'lambda:RemovePermission'],
        Resource: '*',
        Condition: { StringEquals: { 'lambda:Principal': ['events.amazonaws.com', account] } },
      }),
    );
    await add(lambda, 's3', 's3.amazonaws.com');
    await assert.rejects(remove(manager, 's3'), refused('AccessDeniedException'));
    await assert.rejects(remove(manager, 'absent'), refused('AccessDeniedException'));
    for (const principal of ['events.amazonaws.com', account]) {
      await add(manager, 'own', principal);
      await remove(manager, 'own');
    }
  });
});

describe('a function that was deleted', () => {
  it('is gone with its versions', async () => {
    await create('brief', node('async () => 1'));
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'brief' }));
    await assert.rejects(
      lambda.send(new GetFunctionCommand({ FunctionName: 'brief' })),
      refused('ResourceNotFoundException'),
    );
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'runner', PolicyDocument: trusting('ec2.amazonaws.com') }),
    );
    await assert.rejects(create('late', node('async () => 1')), refused('InvalidParameterValueException'));
  });
});
