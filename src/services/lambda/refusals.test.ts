import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ListGrantsCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { functionArnOf, inPython, node, python, TestFunctions } from '../../testing/functions.ts';
import { testServer } from '../../testing/server.ts';
import { zipOf } from '../../testing/zip.ts';

const server = await testServer();
const functions = await TestFunctions.on(server);
const { lambda } = functions;
const kms = server.client(KMSClient);
const account = '111122223333';
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;

interface KmsCase {
  readonly error: string;
  readonly what: string;
  readonly code: string;
  spoil(KeyId: string): Promise<unknown>;
}

const kmsCases: readonly KmsCase[] = [
  {
    error: 'KMSDisabledException',
    what: 'the KMS key used is disabled',
    code: 'DisabledException',
    spoil: (KeyId) => kms.send(new DisableKeyCommand({ KeyId })),
  },
  {
    error: 'KMSInvalidStateException',
    what: 'the state of the KMS key used is not valid for Decrypt',
    code: 'KMSInvalidStateException',
    spoil: (KeyId) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
  },
  {
    error: 'KMSAccessDeniedException',
    what: 'KMS access was denied',
    code: 'AccessDeniedException',
    spoil: async (KeyId) => {
      const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
      for (const { GrantId } of Grants!) await kms.send(new RevokeGrantCommand({ KeyId, GrantId: GrantId! }));
    },
  },
];

describe('variables under a key that cannot be used', () => {
  for (const [index, { error, what, code, spoil }] of kmsCases.entries()) {
    it(`end the invocation with ${error}`, async () => {
      const { KeyId, Arn } = await newKey();
      const FunctionName = `sealed-${index}`;
      const Environment = { Variables: { COLOUR: 'blue' } };
      await functions.create(FunctionName, node('async () => process.env.COLOUR'), { Environment, KMSKeyArn: Arn });
      await spoil(KeyId!);
      await assert.rejects(
        functions.invoke(FunctionName),
        (thrown: Error & { $metadata?: { httpStatusCode?: number } }) => {
          assert.equal(thrown.name, error, thrown.message);
          assert.equal(thrown.$metadata?.httpStatusCode, 502);
          const sentence = `Lambda was unable to decrypt the environment variables because ${what}. Please check the function's KMS key settings. KMS Exception: ${code} KMS Message: `;
          assert.ok(thrown.message.startsWith(sentence), thrown.message);
          return true;
        },
      );
    });
  }

  it('cannot be given to a function', async () => {
    const { KeyId, Arn } = await newKey();
    await kms.send(new DisableKeyCommand({ KeyId: KeyId! }));
    const Environment = { Variables: { COLOUR: 'blue' } };
    await assert.rejects(functions.create('x', node('1'), { Environment, KMSKeyArn: Arn }), {
      name: 'InvalidParameterValueException',
      message: /^Lambda was unable to configure access to your environment variables because the KMS key is invalid/,
    });
  });
});

describe('what is not to be had here', () => {
  const wishes: Readonly<Record<string, Partial<UpdateFunctionConfigurationCommandInput>>> = {
    'Layers are': { Layers: [`arn:aws:lambda:us-east-1:${account}:layer:tools:1`] },
    'VPC access is': { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
    'SnapStart is': { SnapStart: { ApplyOn: 'PublishedVersions' } },
    'Active tracing is': { TracingConfig: { Mode: 'Active' } },
    'The log format JSON is': { LoggingConfig: { LogFormat: 'JSON' } },
    'A log group of another name is': { LoggingConfig: { LogGroup: '/all' } },
    'Durable execution is': { DurableConfig: { ExecutionTimeout: 60 } },
  };

  it('is refused, when a function is made and when it is changed', async () => {
    const FunctionName = 'content';
    const LoggingConfig = { LogFormat: 'Text', LogGroup: `/aws/lambda/${FunctionName}` } as const;
    await functions.create(FunctionName, node('1'), { LoggingConfig, TracingConfig: { Mode: 'PassThrough' } });
    for (const [what, wish] of Object.entries(wishes)) {
      const refusal = { name: 'InvalidParameterValueException', message: `${what} not available on this server.` };
      await assert.rejects(functions.create('demanding', node('1'), wish), refusal);
      await assert.rejects(lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...wish })), refusal);
    }
    const code = { ZipFile: zipOf(node('1')), SourceKMSKeyArn: (await newKey()).Arn! };
    const sealed = {
      name: 'InvalidParameterValueException',
      message: 'Packages under a KMS key are not available on this server.',
    };
    await assert.rejects(functions.create('demanding', node('1'), { Code: code }), sealed);
    await assert.rejects(lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ...code })), sealed);
    const kept = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.deepEqual([kept.LoggingConfig, kept.TracingConfig], [LoggingConfig, { Mode: 'PassThrough' }]);
  });
});

describe('a destination', () => {
  it('is refused where the execution role may not send to it', async () => {
    await functions.create('source', node('async () => 1'));
    await functions.create('sink', node('async () => 1'));
    const targets = [
      ['SendMessage', `arn:aws:sqs:us-east-1:${account}:records`],
      ['Publish', `arn:aws:sns:us-east-1:${account}:records`],
      ['PutEvents', `arn:aws:events:us-east-1:${account}:event-bus/default`],
      ['InvokeFunction', functionArnOf('sink')],
    ] as const;
    for (const [action, Destination] of targets) {
      const DestinationConfig = { OnSuccess: { Destination } };
      const put = new PutFunctionEventInvokeConfigCommand({ FunctionName: 'source', DestinationConfig });
      await assert.rejects(lambda.send(put), {
        name: 'InvalidParameterValueException',
        message: `The function's execution role does not have permissions to call ${action} on ${Destination}`,
      });
    }
  });
});

describe('a permission', () => {
  it('is for a function, a version or an alias, not for $LATEST', async () => {
    await functions.create('hook', node('async () => 1'));
    const permission = { FunctionName: 'hook', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: account };
    await assert.rejects(lambda.send(new AddPermissionCommand({ ...permission, Qualifier: '$LATEST' })), {
      name: 'InvalidParameterValueException',
      message: 'We currently do not support adding policies for $LATEST.',
    });
    await assert.rejects(lambda.send(new AddPermissionCommand({ ...permission, Principal: 'nobody' })), {
      name: 'InvalidParameterValueException',
      message: 'The provided principal was invalid. Please check the principal and try again.',
    });
  });
});

describe('URLs of functions', () => {
  it('are refused, and no function has one', async () => {
    const FunctionName = 'without-url';
    await functions.create(FunctionName, node('async () => 1'));
    await assert.rejects(lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' })), {
      name: 'InvalidParameterValueException',
      message: 'Function URLs are not available on this server.',
    });
    const none = { name: 'ResourceNotFoundException', message: 'The resource you requested does not exist.' };
    await assert.rejects(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName })), none);
    await assert.rejects(lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName })), none);
    await assert.rejects(lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName })), none);
    assert.deepEqual((await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }))).FunctionUrlConfigs, []);
  });
});

interface ErrorCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly more?: object;
  readonly type: string;
  readonly message: string | RegExp;
}

const errorCases: readonly ErrorCase[] = [
  {
    name: 'no module',
    files: { 'other.mjs': '' },
    type: 'Runtime.ImportModuleError',
    message: "Error: Cannot find module 'index'",
  },
  {
    name: 'no handler in the module',
    files: { 'index.mjs': 'export const other = 1;' },
    type: 'Runtime.HandlerNotFound',
    message: 'index.handler is undefined or not exported',
  },
  {
    name: 'a handler that is no function',
    files: node('1'),
    type: 'Runtime.HandlerNotFound',
    message: 'index.handler is not a function',
  },
  {
    name: 'a module with an error of syntax',
    files: { 'index.mjs': 'export const handler = {;' },
    type: 'Runtime.UserCodeSyntaxError',
    message: /^SyntaxError: /,
  },
  {
    name: 'a rejection that nobody handles',
    files: node(
      "async () => { Promise.reject(new RangeError('far')); await new Promise(() => setInterval(() => {}, 1e3)); }",
    ),
    type: 'Runtime.UnhandledPromiseRejection',
    message: 'RangeError: far',
  },
  {
    name: 'an error that nobody catches',
    files: node("() => new Promise(() => setTimeout(() => { throw new RangeError('far'); }, 1))"),
    type: 'RangeError',
    message: 'far',
  },
  {
    name: 'an error whose name is no header',
    files: node("async () => { throw Object.assign(new Error('x'), { name: 'ö\\n' }); }"),
    type: 'ö\n',
    message: 'x',
  },
  {
    name: 'no module in Python',
    files: { 'other.py': '' },
    more: inPython,
    type: 'Runtime.ImportModuleError',
    message: "Unable to import module 'app': No module named 'app'",
  },
  {
    name: 'no handler in Python',
    files: { 'app.py': '' },
    more: inPython,
    type: 'Runtime.HandlerNotFound',
    message: "Handler 'handle' missing on module 'app'",
  },
  {
    name: 'an answer in Python that has no JSON',
    files: python('return {1, 2}'),
    more: inPython,
    type: 'Runtime.MarshalError',
    message: 'Unable to marshal response: Object of type set is not JSON serializable',
  },
  {
    name: 'an exception in Python',
    files: python("raise KeyError('far')"),
    more: inPython,
    type: 'KeyError',
    message: "'far'",
  },
];

describe('a function that fails', () => {
  for (const [index, { name, files, more, type, message }] of errorCases.entries()) {
    it(`answers as Lambda does: ${name}`, async () => {
      const FunctionName = `failing-${index}`;
      await functions.create(FunctionName, files, more);
      const { FunctionError, StatusCode, value } = await functions.invoke(FunctionName);
      assert.equal(StatusCode, 200);
      assert.equal(FunctionError, 'Unhandled');
      assert.equal(value.errorType, type, JSON.stringify(value));
      if (typeof message === 'string') assert.equal(value.errorMessage, message);
      else assert.match(value.errorMessage, message);
    });
  }
});
