import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { askSource } from '../../src/testing/function-client.ts';
import { zipOf } from '../../src/testing/zip.ts';
import { type Ended, run } from '../bulwark.ts';
import { account, region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { awsEnvironment } from './drivers/aws-cli.ts';

const skip = installed('aws') ? false : 'the aws CLI is not installed';
const directory = mkdtempSync(join(tmpdir(), 'bulwark-lambda-cli-'));

let server: SpawnedServer;
let environment: Record<string, string>;

before(async () => {
  server = await SpawnedServer.start();
  environment = awsEnvironment({ url: server.url, region, credentials: rootCredentials });
});

after(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const bash = (script: string): Promise<Ended> =>
  run('bash', ['-eo', 'pipefail', '-c', script], { env: environment, cwd: directory });

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe('functions through the aws CLI', { skip }, () => {
  it('are created, waited for, permitted, invoked, published, named and deleted', async () => {
    const code =
      'export const handler = async (event) => ({ greeting: "hello " + event.name, from: process.env.PLACE });';
    writeFileSync(join(directory, 'f.zip'), zipOf({ 'index.mjs': code }));
    writeFileSync(join(directory, 'payload'), '{"name":"you"}');
    const { exitCode, stdout, stderr } = await bash(`
aws iam create-role --role-name runner --assume-role-policy-document '${trust}' > role
aws lambda create-function --function-name hello --runtime nodejs22.x --handler index.handler --role arn:aws:iam::${account}:role/runner \\
  --zip-file fileb://f.zip --environment 'Variables={PLACE=here}' --tags team=blue > created
aws lambda wait function-active-v2 --function-name hello
aws lambda add-permission --function-name hello --statement-id sm --action lambda:InvokeFunction --principal secretsmanager.amazonaws.com --source-account ${account} > permission
aws lambda get-policy --function-name hello --query Policy --output text
aws lambda invoke --function-name hello --payload fileb://payload --log-type Tail --query LogResult --output text out.json | base64 --decode
aws lambda publish-version --function-name hello --query Version --output text
aws lambda create-alias --function-name hello --name live --function-version 1 > alias
aws lambda invoke --function-name hello:live --invocation-type Event event.json --query StatusCode
aws lambda list-functions --query 'Functions[].FunctionName' --output text
aws lambda remove-permission --function-name hello --statement-id sm
aws lambda delete-function --function-name hello
! aws lambda get-function --function-name hello 2> gone
cat gone`);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')), {
      greeting: 'hello you',
      from: 'here',
    });
    assert.match(stdout, /"Principal":\\?\{"Service":"secretsmanager.amazonaws.com"\}/);
    assert.match(stdout, /START RequestId: [\s\S]*REPORT RequestId: /);
    assert.match(stdout, /\n1\n202\nhello\n/);
    assert.match(
      stdout,
      /\(ResourceNotFoundException\).*Function not found: arn:aws:lambda:us-east-1:111122223333:function:hello/,
    );
  });

  it('KMS-32: decrypt what a variable holds with their context, and show their own variables to who may decrypt', async () => {
    const code = `${askSource}
      export const handler = async (context) => {
        const [status, answer] = await ask('kms', 'TrentService.Decrypt', { CiphertextBlob: process.env.SECRET, EncryptionContext: context ?? { LambdaFunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME } });
        return status === 200 ? Buffer.from(answer.Plaintext, 'base64').toString() : answer.__type;
      };`;
    writeFileSync(join(directory, 'decrypting.zip'), zipOf({ 'index.mjs': code }));
    writeFileSync(join(directory, 'other-context'), '{"LambdaFunctionName":"another"}');
    writeFileSync(join(directory, 'no-context'), 'null');
    const anyLambda = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }] };
    const { exitCode, stdout, stderr } = await bash(`
key=$(aws kms create-key --query KeyMetadata.Arn --output text)
aws iam create-role --role-name decrypting --assume-role-policy-document '${trust}' > role
aws iam put-role-policy --role-name decrypting --policy-name decrypt --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"'$key'"}]}'
printf 's3cret' > plaintext
secret=$(aws kms encrypt --key-id $key --plaintext fileb://plaintext --encryption-context LambdaFunctionName=reports --query CiphertextBlob --output text)
aws lambda create-function --function-name reports --runtime nodejs22.x --handler index.handler --role arn:aws:iam::${account}:role/decrypting \\
  --zip-file fileb://decrypting.zip --kms-key-arn $key --environment "Variables={SECRET=$secret}" > created
aws lambda wait function-active-v2 --function-name reports
aws lambda invoke --function-name reports --payload fileb://no-context own.json > invoked
aws lambda invoke --function-name reports --payload fileb://other-context other.json > invoked
test "$(aws lambda get-function-configuration --function-name reports --query Environment.Variables.SECRET --output text)" = $secret
aws lambda get-function-configuration --function-name reports --query KMSKeyArn --output text | grep -Fx $key
aws iam create-user --user-name operator > user
aws iam put-user-policy --user-name operator --policy-name lambda --policy-document '${JSON.stringify(anyLambda)}'
read id secret < <(aws iam create-access-key --user-name operator --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret aws lambda get-function-configuration --function-name reports --query Environment`);
    assert.equal(exitCode, 0, stderr);
    const answered = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8'));
    assert.equal(answered('own.json'), 's3cret');
    assert.match(answered('other.json'), /InvalidCiphertextException$/);
    const shown = JSON.parse(stdout.slice(stdout.indexOf('{')));
    assert.deepEqual([shown.Error.ErrorCode, shown.Variables], ['AccessDeniedException', undefined]);
  });
});

const runnerArn = `arn:aws:iam::${account}:role/interop`;

/** What each client makes of large, wrong and failing things, one line of JSON for each. */
const boto3Script = `
import io, json, sys, zipfile
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))

def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name + ".py", text)
    return buffer.getvalue()

def create(name, code, handler="app.handle"):
    client.create_function(FunctionName=name, Runtime="python3.12", Handler=handler, Role="${runnerArn}", Code={"ZipFile": code})
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

def tell(work):
    try:
        print(json.dumps(work()))
    except ClientError as error:
        response = error.response
        print(json.dumps([response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"], response.get("Reason")]))

def invoked(name, payload=b"{}", **more):
    answer = client.invoke(FunctionName=name, Payload=payload, **more)
    return [answer["StatusCode"], answer.get("FunctionError"), json.loads(answer["Payload"].read() or "null")]

create("boto-length", zipped(app="def handle(event, context):\\n  return len(event)\\n"))
create("boto-large", zipped(app="def handle(event, context):\\n  return 'x' * event\\n"))
create("boto-empty", zipped(other=""))
tell(lambda: invoked("boto-length", json.dumps("x" * 6000000).encode()))
tell(lambda: invoked("boto-length", json.dumps("x" * 6300000).encode()))
tell(lambda: len(invoked("boto-large", b"6000000")[2]))
tell(lambda: invoked("boto-large", b"6300000")[:2])
tell(lambda: invoked("boto-empty")[:2] + [invoked("boto-empty")[2]["errorType"]])
tell(lambda: create("boto-wrong", b"no zip at all"))
tell(lambda: invoked("boto-length", b"no json"))
tell(lambda: client.invoke(FunctionName="boto-length", InvocationType="DryRun")["StatusCode"])
tell(lambda: client.invoke(FunctionName="boto-length", InvocationType="Event")["StatusCode"])
tell(lambda: invoked("boto-length", Qualifier="7"))
client.put_function_concurrency(FunctionName="boto-length", ReservedConcurrentExecutions=0)
tell(lambda: invoked("boto-length"))
`;

describe('functions through boto3', { skip }, () => {
  it('take large events, and say what is wrong as Lambda does', async () => {
    writeFileSync(join(directory, 'functions.py'), boto3Script);
    const { exitCode, stdout, stderr } = await bash(
      `aws iam create-role --role-name interop --assume-role-policy-document '${trust}' > role\npython3 functions.py`,
    );
    assert.equal(exitCode, 0, stderr);
    const tooLarge = 'Request must be smaller than 6291456 bytes for the InvokeFunction operation';
    const unzipped = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
    const notFound = `Function not found: arn:aws:lambda:${region}:${account}:function:boto-length:7`;
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const notJson = answers.splice(6, 1)[0];
    assert.deepEqual(notJson.slice(0, 2), ['InvalidRequestContentException', 400]);
    assert.match(notJson[2], /^Could not parse request body into json: Could not parse payload into json: /);
    assert.deepEqual(answers, [
      [200, null, 6_000_000],
      ['RequestTooLargeException', 413, tooLarge, null],
      6_000_000,
      [200, 'Unhandled'],
      [200, 'Unhandled', 'Runtime.ImportModuleError'],
      ['InvalidParameterValueException', 400, unzipped, null],
      204,
      202,
      ['ResourceNotFoundException', 404, notFound, null],
      ['TooManyRequestsException', 429, 'Rate Exceeded.', 'ReservedFunctionConcurrentInvocationLimitExceeded'],
    ]);
  });
});

describe('what goes wrong through the aws CLI', { skip }, () => {
  it('large payloads, a wrong archive, a handler that is not there, a handler that throws', async () => {
    writeFileSync(
      join(directory, 'length.zip'),
      zipOf({ 'index.mjs': 'export const handler = async (e) => e.length;' }),
    );
    // The CLI itself refuses what is no archive at all.
    writeFileSync(join(directory, 'wrong.zip'), zipOf({ '../index.mjs': '' }));
    writeFileSync(join(directory, 'large'), JSON.stringify('x'.repeat(6_000_000)));
    writeFileSync(join(directory, 'larger'), JSON.stringify('x'.repeat(6_300_000)));
    const { exitCode, stdout, stderr } = await bash(`
aws iam create-role --role-name cli --assume-role-policy-document '${trust}' > role
create() { aws lambda create-function --function-name $1 --runtime nodejs22.x --role arn:aws:iam::${account}:role/cli --zip-file fileb://$2 --handler $3 > created; }
create length length.zip index.handler
create missing length.zip index.other
! create wrong wrong.zip index.handler 2>&1 | grep -o '(InvalidParameterValueException).*'
aws lambda wait function-active-v2 --function-name length
aws lambda wait function-active-v2 --function-name missing
aws lambda invoke --function-name length --payload fileb://large large.json --query FunctionError --output text
cat large.json; echo
! aws lambda invoke --function-name length --payload fileb://larger larger.json 2>&1 | grep -o '(RequestTooLargeException).*'
aws lambda invoke --function-name missing missing.json --query FunctionError --output text
cat missing.json; echo
aws lambda invoke --function-name length --payload null thrown.json --query '[StatusCode, FunctionError]' --output text
cat thrown.json; echo`);
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trim().split('\n').filter(Boolean);
    assert.match(lines[0]!, /^\(InvalidParameterValueException\) .*: Could not unzip uploaded file\. /);
    assert.deepEqual(lines.slice(1, 3), ['None', '6000000']);
    assert.match(lines[3]!, /^\(RequestTooLargeException\) .*: Request must be smaller than 6291456 bytes/);
    assert.equal(lines[4], 'Unhandled');
    const { errorType, errorMessage } = JSON.parse(lines[5]!);
    assert.deepEqual(
      [errorType, errorMessage],
      ['Runtime.HandlerNotFound', 'index.other is undefined or not exported'],
    );
    assert.deepEqual(lines[6]!.split('\t'), ['200', 'Unhandled']);
    assert.equal(JSON.parse(lines[7]!).errorType, 'TypeError');
  });
});
