import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { type Ended, run } from '../bulwark.ts';
import { account, region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { awsEnvironment } from './drivers/aws-cli.ts';
import { sdk } from './drivers/sdk.ts';

const skip = installed('aws') ? false : 'the aws CLI is not installed';
const directory = mkdtempSync(join(tmpdir(), 'bulwark-shell-'));

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

const bash = (script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  run('bash', ['-eo', 'pipefail', '-c', script], { env: { ...environment, ...env }, cwd: directory });

describe('commands of tutorials, as they are printed', { skip }, () => {
  it('L1, L2, L4, L5: a file is encrypted, decoded, decrypted without naming the key, and the same again', async () => {
    const target = { url: server.url, region: 'eu-west-2', credentials: rootCredentials };
    const { KeyMetadata } = await sdk.call('CreateKey', {}, target);
    await sdk.call('CreateAlias', { AliasName: 'alias/tutorial', TargetKeyId: KeyMetadata.KeyId }, target);
    writeFileSync(join(directory, 'ExampleSecretFile.txt'), 'The quick brown fox\nünïcödé\0and a byte of zero\n');
    const { exitCode, stderr } = await bash(`
aws kms encrypt --key-id alias/tutorial --plaintext fileb://ExampleSecretFile.txt --output text --query CiphertextBlob  --region eu-west-2 > ExampleSecretFileEncrypted.base64
cat ExampleSecretFileEncrypted.base64 | base64 --decode > ExampleSecretFileEncrypted
aws kms decrypt --ciphertext-blob fileb://ExampleSecretFileEncrypted   --output text --query Plaintext > ExampleFileDecrypted.base64  --region eu-west-2
cat ExampleFileDecrypted.base64 | base64 --decode > ExampleFileDecrypted.txt
cmp ExampleSecretFile.txt ExampleFileDecrypted.txt`);
    assert.equal(exitCode, 0, stderr);
    assert.match(readFileSync(join(directory, 'ExampleSecretFileEncrypted.base64'), 'utf8'), /^[\w+/]+=*\n$/);
  });
});

describe('Parameter Store, as its tutorial shows it', { skip }, () => {
  before(async () => {
    const put = (Name: string, Value: string, Type = 'String') =>
      sdk.call('ssm:PutParameter', { Name, Value, Type }, { url: server.url, region, credentials: rootCredentials });
    await put('/my-app/dev/db-url', 'dev.database.example.com:3306');
    await put('/my-app/dev/db-password', 'a dev password', 'SecureString');
    await put('/my-app/prod/db-url', 'prod.database.example.com:3306');
  });

  it('L9, L10: get-parameters shows a secret as ciphertext, with --with-decryption as it is, and names what is missing', async () => {
    const { exitCode, stdout, stderr } = await bash(`
aws ssm get-parameters --names /my-app/dev/db-url /my-app/dev/db-password > both
aws ssm get-parameters --names /my-app/dev/db-password --with-decryption > decrypted
aws ssm get-parameters --names /my-app/dev/none /my-app/dev/db-url > missing
cat both decrypted missing | python3 -c '
import json, sys
text, decoder = sys.stdin.read(), json.JSONDecoder()
while text.strip():
    answer, end = decoder.raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    print([p["Type"] for p in answer["Parameters"]], [p["Value"][:30] for p in answer["Parameters"]], answer["InvalidParameters"])'`);
    assert.equal(exitCode, 0, stderr);
    const [both, decrypted, missing] = stdout.trim().split('\n');
    assert.match(both!, /^\['SecureString', 'String'\] \['[\w+/]{30}', 'dev\.database\.example\.com:3306'\] \[\]$/);
    assert.equal(decrypted, "['SecureString'] ['a dev password'] []");
    assert.equal(missing, "['String'] ['dev.database.example.com:3306'] ['/my-app/dev/none']");
  });

  it('L11, L12: get-parameters-by-path shows the direct children, or with --recursive all that is below; it takes --path', async () => {
    const { exitCode, stdout, stderr } = await bash(`
aws ssm get-parameters-by-path --path /my-app/dev --query 'Parameters[].Name' --output text
aws ssm get-parameters-by-path --path /my-app --query 'length(Parameters)'
aws ssm get-parameters-by-path --path /my-app --recursive --query 'Parameters[].Name' --output text
for path in '/my-app/dev' '/my-app --recursive'; do ! aws ssm get-parameters-by-path $path 2>> usage; done
grep -c 'the following arguments are required: --path' usage`);
    assert.equal(exitCode, 0, stderr);
    const [dev, prod] = ['/my-app/dev/db-password\t/my-app/dev/db-url', '/my-app/prod/db-url'];
    assert.equal(stdout, `${dev}\n0\n${dev}\t${prod}\n2\n`);
  });
});

describe('KMS and openssl, as the developer guide shows them', { skip }, () => {
  it('KMS-05: openssl encrypts to the public key, and decrypt wants the key named', async () => {
    const { exitCode, stdout, stderr } = await bash(`
key=$(aws kms create-key --key-spec RSA_2048 --key-usage ENCRYPT_DECRYPT --query KeyMetadata.KeyId --output text)
aws kms get-public-key --key-id $key --query PublicKey --output text | base64 --decode > public.der
printf 'to the public key' > message
openssl pkeyutl -encrypt -in message -out encrypted -pubin -inkey public.der -keyform DER -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
aws kms decrypt --key-id $key --ciphertext-blob fileb://encrypted --encryption-algorithm RSAES_OAEP_SHA_256 --query Plaintext --output text | base64 --decode | cmp message -
! aws kms decrypt --ciphertext-blob fileb://encrypted --encryption-algorithm RSAES_OAEP_SHA_256 2> refused
cat refused`);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /\(ValidationException\)/);
  });

  for (const [spec, algorithm, hash, options] of [
    ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256', '-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512', ''],
    ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384', ''],
  ] as const) {
    it(`KMS-06: openssl verifies a signature of a message and of its digest: ${algorithm}`, async () => {
      const { exitCode, stdout, stderr } = await bash(`
key=$(aws kms create-key --key-spec ${spec} --key-usage SIGN_VERIFY --query KeyMetadata.KeyId --output text)
aws kms get-public-key --key-id $key --query PublicKey --output text | base64 --decode > public.der
printf 'signed' > message
openssl dgst -${hash} -binary message > digest
sign() { aws kms sign --key-id $key --signing-algorithm ${algorithm} --message fileb://$1 --message-type $2 --query Signature --output text | base64 --decode; }
sign message RAW > of-message
sign digest DIGEST > of-digest
for signature in of-message of-digest; do
  openssl dgst -${hash} -verify public.der -keyform DER ${options} -signature $signature message
done
aws kms verify --key-id $key --signing-algorithm ${algorithm} --message fileb://message --signature fileb://of-digest --query SignatureValid --output text
printf 'altered' > message
! aws kms verify --key-id $key --signing-algorithm ${algorithm} --message fileb://message --signature fileb://of-message 2> refused
cat refused`);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /Verified OK\nVerified OK\nTrue\n[\s\S]*\(KMSInvalidSignatureException\)/);
    });
  }
});

describe('importing key material, as the developer guide shows it', { skip }, () => {
  it('KMS-11: openssl makes and wraps 32 bytes, which the key takes for good, and neither 16 nor others', async () => {
    const { exitCode, stdout, stderr } = await bash(`
key=$(aws kms create-key --origin EXTERNAL --query KeyMetadata.KeyId --output text)
state() { aws kms describe-key --key-id $key --query KeyMetadata.KeyState --output text; }
import() {
  aws kms get-parameters-for-import --key-id $key --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 --query '[PublicKey,ImportToken]' --output text > parameters
  cut -f1 parameters | base64 --decode > wrapping.der
  cut -f2 parameters | base64 --decode > token
  openssl pkeyutl -encrypt -in $1 -out wrapped -pubin -inkey wrapping.der -keyform DER -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
  aws kms import-key-material --key-id $key --encrypted-key-material fileb://wrapped --import-token fileb://token --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE
}
state
openssl rand 16 > short
openssl rand 32 > material
openssl rand 32 > other
! import short 2> refused && cat refused
import material > imported
state
! import other 2> refused && cat refused
import material > imported
! aws kms enable-key-rotation --key-id $key 2> refused && cat refused`);
    assert.equal(exitCode, 0, stderr);
    const said = [...stdout.matchAll(/^\w+$|(?<=\()\w+Exception/gm)].map(([word]) => word);
    assert.deepEqual(said, [
      'PendingImport',
      'IncorrectKeyMaterialException',
      'Enabled',
      'IncorrectKeyMaterialException',
      'UnsupportedOperationException',
    ]);
  });
});

describe('the README’s minute', { skip }, () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands!);
  const blockWith = (text: string): string => blocks.find((block) => block.includes(text))!;

  it('encrypts a secret and decrypts it', async () => {
    const { stdout, stderr, exitCode } = await bash(blockWith('aws kms decrypt'));
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, 'attack at dawn\n');
  });

  it('refuses the user who was allowed nothing, in the words that it shows', async () => {
    const block = blockWith('aws iam create-user');
    const [createUser, createKey, encrypt] = block.split('\n').filter((line) => line.startsWith('aws '));
    const made = await bash(`${createUser}\n${createKey!.replace(/#.*/, '')}`);
    assert.equal(made.exitCode, 0, made.stderr);
    const { AccessKey } = JSON.parse(made.stdout.slice(made.stdout.lastIndexOf('{\n    "AccessKey"')));
    const refused = await bash(encrypt!, {
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
    });
    assert.notEqual(refused.exitCode, 0);
    const shown = block.match(/^# (.*)\n# (.*)$/m)!;
    const [code, ...sentence] = `${shown[1]} ${shown[2]}`.split(': ');
    const words = sentence.join(': ').replaceAll('000000000000', account).split('key/…');
    for (const part of [code!, ...words])
      assert.ok(refused.stderr.includes(part), `${part}\nis not in\n${refused.stderr}`);
  });
});
