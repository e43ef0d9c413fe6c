import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { type Ended, run } from '../bulwark.ts';
import { region, rootCredentials, SpawnedServer, type SpawnOptions } from '../spawned-server.ts';
import type { Target } from './driver.ts';
import { awsEnvironment } from './drivers/aws-cli.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

/** Folders that may hold provider plugins, where Terraform looks for them and where machines without a network keep them. */
const pluginFolders = [
  process.env.BULWARK_TERRAFORM_PLUGINS ?? '',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  ...(existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []),
];

const plugins = pluginFolders.find((folder) => existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')));

/** Why Terraform cannot be tested here; false where it can. */
export const skip =
  (!installed('terraform') && 'terraform is not installed') ||
  (plugins === undefined && 'there is no mirror with the aws provider; name one in BULWARK_TERRAFORM_PLUGINS');

/** Terraform in a folder of its own, against a server of its own. */
export interface Terraform {
  /** Runs a command; it must succeed. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Applies the configuration with some of its text replaced, and makes sure that nothing is left to change then. */
  change(...replacements: readonly (readonly [string, string])[]): Promise<void>;
  /** What the configuration gives out, by name. */
  outputs(): Promise<Readonly<Record<string, string>>>;
  /** The server, as its root user. */
  readonly target: Target;
}

/** What an example needs. */
interface Given {
  readonly server?: SpawnOptions;
  /** Makes what its variables name. */
  readonly variables?: (target: Target) => Promise<object>;
}

/** Applies an example and makes sure that nothing is left to change. Everything ends with the test. */
export const appliedExample = async (t: TestContext, example: string, given: Given = {}): Promise<Terraform> => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-terraform-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const server = await SpawnedServer.start(given.server);
  t.after(() => server.stop());
  const target = { url: server.url, region, credentials: rootCredentials };
  const variables = await given.variables?.(target);
  if (variables) writeFileSync(join(directory, 'terraform.tfvars.json'), JSON.stringify(variables));
  const settings = join(directory, 'terraform.rc');
  writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = "${plugins}"\n  }\n}\n`);
  cpSync(join(examples, example, 'main.tf'), join(directory, 'main.tf'));
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
  return {
    run: terraform,
    change: async (...replacements) => {
      const path = join(directory, 'main.tf');
      let text = readFileSync(path, 'utf8');
      for (const [from, to] of replacements) {
        assert.ok(text.includes(from), from);
        text = text.replace(from, to);
      }
      writeFileSync(path, text);
      await terraform('apply', '-no-color', '-auto-approve');
      await terraform('plan', '-no-color', '-detailed-exitcode');
    },
    outputs: async () => {
      const outputs = JSON.parse((await terraform('output', '-json')).stdout) as Record<string, { value: string }>;
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    },
    target,
  };
};
