import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { type Ended, run } from '../bulwark.ts';
import { region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { awsCli, awsEnvironment } from './drivers/aws-cli.ts';
import { sdk } from './drivers/sdk.ts';
import { policyDocument, Stage, type User } from './stage.ts';

let server: SpawnedServer;
const directory = mkdtempSync(join(tmpdir(), 'bulwark-tools-'));
before(async () => {
  server = await SpawnedServer.start();
});
after(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const environmentOf = ({ credentials }: Pick<User, 'credentials'>) =>
  awsEnvironment({ url: server.url, region, credentials });

describe('commands of docs/tools.md', { skip: awsCli.missing ?? false }, () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'tools.md'), 'utf8');
  const [age, openssl] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands!);
  const bash = async (script: string): Promise<void> => {
    const env = environmentOf({ credentials: rootCredentials });
    const { exitCode, stderr } = await run('bash', ['-eo', 'pipefail', '-c', script], { env, cwd: directory });
    assert.equal(exitCode, 0, stderr);
  };

  it('age: an identity that only KMS opens', { skip: installed('age') ? false : 'age is not installed' }, () =>
    bash(age!),
  );

  it('a file under a data key, with openssl', { skip: installed('openssl') ? false : 'no openssl' }, async () => {
    writeFileSync(join(directory, 'backup'), 'what is to be kept');
    const { KeyId } = await new Stage(server, directory, sdk).key();
    await bash(openssl!.replaceAll('alias/backups', KeyId));
  });
});

/** Where `npm install sops-decoder` was run; it is no dependency of this project. */
const folder = process.env.BULWARK_TOOLS ?? '';
const withoutDecoder = existsSync(join(folder, 'node_modules', 'sops-decoder'))
  ? false
  : 'name a folder in BULWARK_TOOLS where sops-decoder is installed';

describe('a file of sops', { skip: withoutDecoder }, () => {
  const path = join(directory, 'secrets.enc.json');
  const context = { app: 'reports' };

  /** A file as sops writes it. @see sops: "Encryption protocol" */
  const write = async (stage: Stage, KeyId: string, entry: object): Promise<void> => {
    const key = randomBytes(32);
    const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext: key, EncryptionContext: context });
    const seal = (text: string, aad: string): string => {
      const iv = randomBytes(32);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
      const data = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
      const parts = [`data:${data}`, `iv:${iv.toString('base64')}`, `tag:${cipher.getAuthTag().toString('base64')}`];
      return `ENC[AES256_GCM,${parts.join(',')},type:str]`;
    };
    const lastmodified = '2026-01-01T00:00:00Z';
    const mac = createHash('sha512').update('s3cret').digest('hex').toUpperCase();
    const kms = [{ arn: KeyId, created_at: lastmodified, enc: CiphertextBlob.toString('base64'), context, ...entry }];
    const sops = { kms, mac: seal(mac, lastmodified), lastmodified, version: '3.9.0' };
    writeFileSync(path, JSON.stringify({ database: { password: seal('s3cret', 'database:password:') }, sops }));
  };

  const read = (as: Pick<User, 'credentials'>): Promise<Ended> => {
    const script = `require(process.argv[1]).decodeFile(process.argv[2]).then((tree) => console.log(JSON.stringify(tree)), (error) => { console.error(error); process.exit(1); })`;
    const decoder = join(folder, 'node_modules', 'sops-decoder');
    return run(process.execPath, ['-e', script, decoder, path], { env: environmentOf(as), cwd: directory });
  };

  it('is read by whoever may decrypt, with the context that it names', async () => {
    const stage = new Stage(server, directory, sdk);
    const { Arn } = await stage.key();
    const Condition = { StringEquals: { 'kms:EncryptionContext:app': 'reports' } };
    const reader = await stage.user({ Action: 'kms:Decrypt', Resource: Arn, Condition });
    await write(stage, Arn, {});
    const { stdout, stderr } = await read(reader);
    assert.deepEqual(JSON.parse(stdout || '{}'), { database: { password: 's3cret' } }, stderr);
    assert.match((await read(await stage.user())).stderr, /not authorized to perform: kms:Decrypt|AccessDenied/);
    await write(stage, Arn, { context: { app: 'other' } });
    assert.equal((await read(reader)).exitCode, 1);
  });

  it('is read as the role that it names', async () => {
    const stage = new Stage(server, directory, sdk);
    const { Arn } = await stage.key();
    const user = await stage.user({ Action: 'sts:AssumeRole' });
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: user.arn }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await stage.arrange('CreateRole', { RoleName: 'sops', AssumeRolePolicyDocument });
    const PolicyDocument = policyDocument({ Action: 'kms:Decrypt', Resource: Arn });
    await stage.arrange('PutRolePolicy', { RoleName: 'sops', PolicyName: 'decrypt', PolicyDocument });
    await write(stage, Arn, { role: Role.Arn });
    const { stdout, stderr } = await read(user);
    assert.deepEqual(JSON.parse(stdout || '{}'), { database: { password: 's3cret' } }, stderr);
  });
});
