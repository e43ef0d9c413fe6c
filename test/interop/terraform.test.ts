import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { type Ended, run } from '../bulwark.ts';
import { region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { awsEnvironment } from './drivers/aws-cli.ts';
import { sdk } from './drivers/sdk.ts';
import { refused } from './stage.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'terraform', 'main.tf');

/** Folders that may hold provider plugins, where Terraform looks for them and where machines without a network keep them. */
const pluginFolders = [
  process.env.BULWARK_TERRAFORM_PLUGINS ?? '',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  ...(existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []),
];

const plugins = pluginFolders.find((folder) => existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')));

const skip =
  (!installed('terraform') && 'terraform is not installed') ||
  (plugins === undefined && 'there is no mirror with the aws provider; name one in BULWARK_TERRAFORM_PLUGINS');

it('Terraform makes the example, finds nothing left to change, and takes it all away', { skip }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-terraform-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const server = await SpawnedServer.start();
  t.after(() => server.stop());
  const target = { url: server.url, region, credentials: rootCredentials };
  const settings = join(directory, 'terraform.rc');
  writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = "${plugins}"\n  }\n}\n`);
  cpSync(example, join(directory, 'main.tf'));
  const env = {
    ...awsEnvironment(target),
    TF_CLI_CONFIG_FILE: settings,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
  };
  const terraform = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await run('terraform', args, { env, cwd: directory });
    assert.equal(ended.exitCode, 0, `terraform ${args.join(' ')}\n${ended.stdout}\n${ended.stderr}`);
    return ended;
  };

  await terraform('init', '-no-color');
  await terraform('apply', '-no-color', '-auto-approve');
  // With -detailed-exitcode, 0 means that there is nothing to change.
  await terraform('plan', '-no-color', '-detailed-exitcode');

  const outputs = JSON.parse((await terraform('output', '-json')).stdout);
  const credentials = {
    accessKeyId: outputs.access_key_id.value,
    secretAccessKey: outputs.secret_access_key.value,
  };
  const asUser = { ...target, credentials };
  const Plaintext = Buffer.from('made by Terraform');
  const { CiphertextBlob } = await sdk.call('Encrypt', { KeyId: 'alias/app', Plaintext }, asUser);
  assert.deepEqual((await sdk.call('Decrypt', { CiphertextBlob }, asUser)).Plaintext, Plaintext);
  await refused(sdk.call('DescribeKey', { KeyId: 'alias/app' }, asUser), 'AccessDeniedException');

  await terraform('destroy', '-no-color', '-auto-approve');
  await refused(sdk.call('GetUser', { UserName: 'app' }, target), 'NoSuchEntityException');
  const [{ KeyId }] = (await sdk.call('ListKeys', {}, target)).Keys;
  assert.equal((await sdk.call('DescribeKey', { KeyId }, target)).KeyMetadata.KeyState, 'PendingDeletion');
});
