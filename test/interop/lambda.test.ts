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
