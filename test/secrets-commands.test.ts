import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import { type Ended, run } from './bulwark.ts';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const directory = mkdtempSync(join(tmpdir(), 'bulwark-secrets-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

const server = await testServer();
const ssm = server.client(SSMClient);
const secretsManager = server.client(SecretsManagerClient);

const environment = {
  AWS_ENDPOINT_URL: server.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
};

const secrets = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  run(process.execPath, [main, 'secrets', ...args], { env: { ...environment, ...env }, cwd: directory });

/** What a command that succeeds prints. */
const said = async (...args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await secrets(args);
  assert.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
};

const valuesBelow = async (Path: string): Promise<Readonly<Record<string, string>>> => {
  const { Parameters } = await ssm.send(
    new GetParametersByPathCommand({ Path, Recursive: true, WithDecryption: true }),
  );
  return Object.fromEntries(Parameters!.map(({ Name, Value }) => [Name!.slice(Path.length + 1), Value!]));
};

const contentOf = async (SecretId: string): Promise<unknown> =>
  JSON.parse((await secretsManager.send(new GetSecretValueCommand({ SecretId }))).SecretString!);

describe('the help of commands for people', () => {
  const commands = ['run', 'secrets edit', 'secrets diff', 'secrets export', 'secrets import', 'agent'];
  for (const command of commands) {
    it(`of "bulwark ${command}" has examples of it`, async () => {
      const { exitCode, stdout } = await run(process.execPath, [main, ...command.split(' '), '--help']);
      assert.equal(exitCode, 0);
      assert.match(stdout, new RegExp(`^Examples:\\n(?:.*\\n)*? +\\$ .*bulwark ${command} `, 'm'));
    });
  }
});

describe('bulwark secrets import into Parameter Store', () => {
  const source = file('first.env', "db/url=postgres://db\ndb/password='two\nlines'\nlevel=info\n");

  it('says what it would write with --dry-run, and writes nothing', async () => {
    const plan = '+ db/password\n+ db/url\n+ level\n3 added, 0 changed, 0 removed\n';
    assert.equal(await said('import', '--path', '/first', '--dry-run', source), plan);
    assert.deepEqual(await valuesBelow('/first'), {});
  });

  it('writes SecureStrings, the second time nothing', async () => {
    await said('import', '--path', '/first', source);
    const expected = { 'db/password': 'two\nlines', 'db/url': 'postgres://db', level: 'info' };
    assert.deepEqual(await valuesBelow('/first'), expected);
    assert.equal(await said('import', '--path', '/first', source), 'no difference\n');
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/first/level' }));
    assert.deepEqual([Parameter!.Type, Parameter!.Version], ['SecureString', 1]);
  });

  it('writes only what is different, and removes nothing that the file does not name', async () => {
    const changed = file('changed.json', '{"db":{"url":"postgres://other"},"level":"info","port":80}');
    const expected = '~ db/url\n+ port\n1 added, 1 changed, 0 removed\n';
    assert.equal(await said('import', '--path', '/first', changed), expected);
    const { 'db/url': url, port, 'db/password': password } = await valuesBelow('/first');
    assert.deepEqual([url, port, password], ['postgres://other', '80', 'two\nlines']);
  });

  it('removes it with --prune', async () => {
    const left = file('left.yaml', 'level: info\n');
    assert.match(await said('import', '--path', '/first', '--prune', left), /- db\/password\n.*3 removed\n$/s);
    assert.deepEqual(await valuesBelow('/first'), { level: 'info' });
  });

  it('keeps type, key, tier, description and pattern of what it changes', async () => {
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const kept = { Description: 'port', AllowedPattern: '^\\d+$', Tier: 'Advanced' } as const;
    const Name = '/kept/port';
    await ssm.send(
      new PutParameterCommand({ Name, Value: '1', Type: 'SecureString', KeyId: KeyMetadata!.Arn!, ...kept }),
    );
    await ssm.send(new PutParameterCommand({ Name: '/kept/hosts', Value: 'a,b', Type: 'StringList' }));
    await said('import', '--path', '/kept', file('kept.env', 'port=2\nhosts=a,b,c\n'));
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    const [hosts, port] = ['/kept/hosts', Name].map((name) => Parameters!.find((one) => one.Name === name)!);
    assert.deepEqual({ Description: port!.Description, AllowedPattern: port!.AllowedPattern, Tier: port!.Tier }, kept);
    assert.deepEqual([port!.KeyId, port!.Version, hosts!.Type], [KeyMetadata!.Arn, 2, 'StringList']);
  });

  it('makes Strings with --type String', async () => {
    await said('import', '--path', '/strings', '--type', 'String', file('strings.env', 'a=1\n'));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/strings/a' }));
    assert.equal(Parameter!.Type, 'String');
  });

  it('reads standard input', async () => {
    const child = spawn(process.execPath, [main, 'secrets', 'import', '--path', '/piped', '-'], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end('a=1\n');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.deepEqual(await valuesBelow('/piped'), { a: '1' });
  });

  for (const [what, text, message] of [
    ['a name that no parameter has', 'a b: 1', /"a b" is not a name of a parameter/],
    ['an empty value', 'a: ""', /"a" is empty: a parameter has at least one character/],
    ['a list', 'good: 1\na: [1, 2]', /"a" is a list/],
  ] as const) {
    it(`writes nothing where there is ${what}`, async () => {
      const { exitCode, stderr } = await secrets(['import', '--path', '/wrong', file('wrong.yaml', text)]);
      assert.equal(exitCode, 2);
      assert.match(stderr, message);
      assert.deepEqual(await valuesBelow('/wrong'), {});
    });
  }
});

describe('bulwark secrets import into a secret', () => {
  it('makes a secret that is not there, under its key, then changes members only', async () => {
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
    const members = '{"user":"app","port":5432,"options":{"ssl":true}}';
    const args = ['import', '--secret', 'new/db', '--key', KeyMetadata!.Arn!];
    await said(...args, file('db.json', members));
    assert.deepEqual(await contentOf('new/db'), JSON.parse(members));
    const { KmsKeyId } = await secretsManager.send(new DescribeSecretCommand({ SecretId: 'new/db' }));
    assert.equal(KmsKeyId, KeyMetadata!.Arn);
    assert.equal(
      await said(...args, file('db.env', 'user=app\nport=5432\noptions=\'{"ssl":true}\'\n')),
      'no difference\n',
    );
    assert.equal(
      await said(...args, file('db.env', 'user=web\nport=5433\nnew=05\n')),
      '+ new\n~ port\n~ user\n1 added, 2 changed, 0 removed\n',
    );
    assert.deepEqual(await contentOf('new/db'), { user: 'web', port: 5433, options: { ssl: true }, new: '05' });
    const versions = await secretsManager.send(new ListSecretVersionIdsCommand({ SecretId: 'new/db' }));
    assert.equal(versions.Versions!.length, 2);
  });

  it('does not touch a secret that is a plain text', async () => {
    await secretsManager.send(new CreateSecretCommand({ Name: 'plain', SecretString: 'text' }));
    const { exitCode, stderr } = await secrets(['import', '--secret', 'plain', file('plain.env', 'a=1\n')]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /plain is not a JSON object/);
  });
});

describe('bulwark secrets export', () => {
  before(async () => {
    await said('import', '--path', '/out', file('out.env', "db/pass-word='a b'\nport=80\n"));
    await said('import', '--secret', 'out', file('out.json', '{"port":80,"x.y":"z"}'));
  });

  it('prints what import reads: dotenv, JSON and YAML', async () => {
    assert.equal(await said('export', '--path', '/out'), "db/pass-word='a b'\nport=80\n");
    assert.deepEqual(JSON.parse(await said('export', '--path', '/out', '--format', 'json')), {
      'db/pass-word': 'a b',
      port: '80',
    });
    assert.equal(await said('export', '--secret', 'out', '--format', 'yaml'), 'port: "80"\nx.y: z\n');
    assert.deepEqual(JSON.parse(await said('export', '--secret', 'out', '--format', 'json')), { port: 80, 'x.y': 'z' });
  });

  it('gives names as "bulwark run" does with --env-names', async () =>
    assert.equal(await said('export', '--path', '/out', '--env-names'), "DB_PASS_WORD='a b'\nPORT=80\n"));

  it('fails where there is nothing', async () => {
    const { exitCode, stderr } = await secrets(['export', '--path', '/nothing']);
    assert.deepEqual([exitCode, stderr], [2, 'bulwark: there is nothing at /nothing\n']);
  });
});

describe('bulwark secrets diff', () => {
  before(async () => {
    await said('import', '--path', '/left', file('left.env', 'same=1\nold=2\nother=left-value\n'));
    await said('import', '--path', '/right', file('right.env', 'same=1\nnew=2\nother=right-value\n'));
    await said('import', '--secret', 'right', join(directory, 'right.env'));
  });
  const expected = '+ new\n- old\n~ other\n1 added, 1 changed, 1 removed\n';

  for (const [what, ...args] of [
    ['a file', join(directory, 'right.env')],
    ['another path', '--to-path', '/right'],
    ['a secret', '--to-secret', 'right'],
  ] as const) {
    it(`compares with ${what}, shows names and no values, and exits with 1`, async () => {
      assert.deepEqual(await secrets(['diff', '--path', '/left', ...args]), {
        exitCode: 1,
        stdout: expected,
        stderr: '',
      });
    });
  }

  it('exits with 0 where nothing differs', async () =>
    assert.equal(await said('diff', '--path', '/left', join(directory, 'left.env')), 'no difference\n'));

  it('shows values with --show, and nothing that a terminal would obey', async () => {
    const { stdout } = await secrets([
      'diff',
      '--path',
      '/left',
      '--show',
      file('esc.env', 'same="\x1b[2J\x9b"\nold=2\n'),
    ]);
    assert.equal(
      stdout,
      '- other = "left-value"\n~ same = "1" -> "\\u001b[2J\\u009b"\n0 added, 1 changed, 1 removed\n',
    );
  });
});

describe('bulwark secrets edit', () => {
  /** An editor that is a shell script; `$1` is the file. */
  const editor = (name: string, script: string): string => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    return join(directory, name);
  };
  const report = join(directory, 'report');

  it('writes what was changed, added and taken out, and shows only names', async () => {
    await said('import', '--path', '/edited', file('edited.env', 'a=1\nb=2\nc=3\n'));
    const EDITOR = editor('sed', 'sed -i -e s/^a=1/a=10/ -e /^b=/d "$1"; echo d=4 >> "$1"');
    const { exitCode, stdout, stderr } = await secrets(['edit', '--path', '/edited'], { EDITOR });
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.equal(stdout, '~ a\n- b\n+ d\n1 added, 1 changed, 1 removed\n');
    assert.deepEqual(await valuesBelow('/edited'), { a: '10', c: '3', d: '4' });
  });

  it('keeps the file for its owner alone, in memory, and leaves nothing of it behind', async () => {
    const EDITOR = editor(
      'look',
      `stat -c '%a %n' "$1" "$(dirname "$1")" > ${report}; cp "$1" "$1~"; ln "$1" ${directory}/link || ln "$1" /dev/shm/bulwark-link-${process.pid}`,
    );
    const link = existsSync('/dev/shm') ? `/dev/shm/bulwark-link-${process.pid}` : join(directory, 'link');
    after(() => rmSync(link, { force: true }));
    await secrets(['edit', '--path', '/edited'], { EDITOR });
    const [file_ = '', folder = ''] = readFileSync(report, 'utf8').trim().split('\n');
    assert.match(file_, /^600 /);
    assert.match(folder, /^700 /);
    if (existsSync('/dev/shm')) assert.match(file_, / \/dev\/shm\//);
    assert.equal(existsSync(folder.slice(4)), false);
    const overwritten = readFileSync(link);
    assert.ok(overwritten.length > 0 && overwritten.every((byte) => byte === 0));
  });

  it('edits a secret, in any format, and keeps the types of members', async () => {
    await secretsManager.send(new CreateSecretCommand({ Name: 'edited', SecretString: '{"port":80,"user":"a"}' }));
    const EDITOR = `${editor('args', 'sed -i -e "$1" "$2"')} s/80/81/`;
    await secrets(['edit', '--secret', 'edited', '--format', 'yaml'], { EDITOR });
    assert.deepEqual(await contentOf('edited'), { port: 81, user: 'a' });
  });

  it('edits a secret that is a plain text as it stands', async () => {
    await secretsManager.send(new CreateSecretCommand({ Name: 'letter', SecretString: 'dear bob' }));
    const EDITOR = editor('letter', 'echo "dear alice" > "$1"');
    assert.match((await secrets(['edit', '--secret', 'letter'], { EDITOR })).stdout, /^~ letter\n/);
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: 'letter' }));
    assert.equal(SecretString, 'dear alice');
  });

  const unchanged = async (script: string, message: RegExp, exitCode = 2): Promise<void> => {
    const values = await valuesBelow('/edited');
    const ended = await secrets(['edit', '--path', '/edited'], { EDITOR: editor('unchanged', script) });
    assert.equal(ended.exitCode, exitCode);
    assert.match(ended.stdout + ended.stderr, message);
    assert.deepEqual(await valuesBelow('/edited'), values);
  };

  it('changes nothing where nothing was edited', () => unchanged('true', /^no difference$/m, 0));
  it('changes nothing where the editor fails', () =>
    unchanged('echo x=1 >> "$1"; exit 3', /the editor ended with 3: nothing is changed/));
  it('changes nothing where everything is gone', () => unchanged(': > "$1"', /everything is gone: nothing is changed/));
  it('changes nothing where the file cannot be read', () => unchanged('echo "x y" >> "$1"', /expected NAME=value/));

  it('writes nothing with --dry-run', async () => {
    const EDITOR = editor('dry', 'echo z=1 >> "$1"');
    const { stdout } = await secrets(['edit', '--path', '/edited', '--dry-run'], { EDITOR });
    assert.match(stdout, /^\+ z\n/);
    assert.equal((await valuesBelow('/edited')).z, undefined);
  });

  /** Waits for a file that a process makes; not longer than for the process. */
  const appears = async (path: string, ended: Promise<unknown>): Promise<void> => {
    let over = false;
    const done = ended.then(() => {
      over = true;
    });
    while (!existsSync(path)) {
      assert.ok(!over, 'the command ended before its editor began');
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
  };

  /** Edits until the test lets the editor go on. */
  const whileEditing = async (
    args: readonly string[],
    script: string,
    meanwhile: () => Promise<void>,
  ): Promise<Ended> => {
    const fifo = join(directory, `fifo-${readdirSync(directory).length}`);
    const EDITOR = editor(`wait-${readdirSync(directory).length}`, `mkfifo ${fifo}; read line < ${fifo}; ${script}`);
    const ended = secrets(['edit', ...args], { EDITOR });
    await appears(fifo, ended);
    await meanwhile();
    writeFileSync(fifo, 'go\n');
    return ended;
  };

  it('does not write over what somebody else has changed meanwhile', async () => {
    const meanwhile = async (): Promise<void> => {
      await ssm.send(new PutParameterCommand({ Name: '/edited/a', Value: 'theirs', Overwrite: true }));
    };
    const { exitCode, stderr } = await whileEditing(['--path', '/edited'], 'sed -i s/^a=.*/a=mine/ "$1"', meanwhile);
    assert.equal(exitCode, 2);
    assert.match(stderr, /somebody else has changed "a" meanwhile: nothing is written/);
    assert.equal((await valuesBelow('/edited')).a, 'theirs');
  });

  it('does not write over a secret that somebody else has changed meanwhile', async () => {
    const meanwhile = async (): Promise<void> => {
      await secretsManager.send(new PutSecretValueCommand({ SecretId: 'edited', SecretString: '{"port":1}' }));
    };
    const { stderr } = await whileEditing(['--secret', 'edited'], 'echo x=1 >> "$1"', meanwhile);
    assert.match(stderr, /somebody else has changed edited meanwhile: nothing is written/);
    assert.deepEqual(await contentOf('edited'), { port: 1 });
  });

  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    it(`wipes the file where ${signal} ends it`, async () => {
      const EDITOR = editor('killed', `echo "$1" > ${report}.tmp; mv ${report}.tmp ${report}; exec sleep 600`);
      rmSync(report, { force: true });
      const child = spawn(process.execPath, [main, 'secrets', 'edit', '--path', '/edited'], {
        env: { PATH: process.env.PATH, ...environment, EDITOR },
        stdio: 'ignore',
      });
      after(() => child.kill('SIGKILL'));
      const ended = once(child, 'exit');
      await appears(report, ended);
      const path = readFileSync(report, 'utf8').trim();
      assert.ok(existsSync(path));
      child.kill(signal);
      await ended;
      assert.equal(existsSync(path), false);
    });
  }
});
