import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { Finding } from '../src/cli/doctor/finding.ts';
import { examine } from '../src/cli/doctor.ts';
import { readConfig } from '../src/config.ts';
import { openStore } from '../src/store/open.ts';
import { testServer } from '../src/testing/server.ts';
import { createAuthority, issueCertificate } from '../src/wire/certificate-authority.ts';
import { bulwark, run } from './bulwark.ts';
import { noPostgres, PostgresServer } from './postgres-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-doctor-'));
after(() => rmSync(directory, { recursive: true, force: true }));

type Texts = Readonly<Record<string, string>>;

const findings = (flags: Texts, environment: Texts = {}): Promise<readonly Finding[]> =>
  examine({ config: readConfig(flags, {}), environment });

/** What was found that is not in order, as `level check: finding`. */
const complaints = async (
  flags: Texts,
  environment: Texts = {},
  ...of: readonly string[]
): Promise<readonly string[]> =>
  (await findings(flags, environment))
    .filter(({ level, check }) => level !== 'ok' && of.includes(check))
    .map(({ level, check, finding }) => `${level} ${check}: ${finding}`);

const assertComplaint = async (expected: RegExp, flags: Texts, environment: Texts = {}): Promise<void> => {
  const all = await findings(flags, environment);
  const match = all.find(({ level, check, finding }) => expected.test(`${level} ${check}: ${finding}`));
  assert.ok(
    match,
    `${expected} is not in\n${all.map((one) => `${one.level} ${one.check}: ${one.finding}`).join('\n')}`,
  );
  assert.ok(match.fix && match.fix.length > 10, 'it says what to do');
};

describe('the doctor', async () => {
  const server = await testServer({ persistent: true });
  const running = { port: String(server.port), data: server.directory };
  const client = {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAX',
    AWS_SECRET_ACCESS_KEY: 'x',
  };

  it('finds no problem with a server that is set up well', async () => {
    const all = await findings(running, client);
    assert.deepEqual(
      all.filter(({ level }) => level === 'problem'),
      [],
    );
    for (const check of ['server', 'clock', 'permissions', 'database', 'endpoint', 'region', 'credentials']) {
      assert.ok(
        all.some((one) => one.check === check && one.level === 'ok'),
        check,
      );
    }
  });

  it('says of everything that is not in order what to do', async () => {
    const all = await findings({ port: '1', host: '0.0.0.0', data: join(directory, 'absent') });
    for (const { level, fix } of all) assert.equal(fix === undefined, level === 'ok');
  });

  it('finds that nothing listens', () =>
    assertComplaint(/^warning server: nothing listens on 127\.0\.0\.1:1$/, { port: '1' }));

  it('finds another HTTP server on the port', async () => {
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    after(() => other.close());
    const port = String((other.address() as AddressInfo).port);
    await assertComplaint(/^problem server: something that is not Bulwark answers/, { port });
  });

  it('finds something that is no HTTP server on the port', async () => {
    const other = createTcpServer((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    after(() => other.close());
    const port = String((other.address() as AddressInfo).port);
    await assertComplaint(/^problem server: what listens on .* does not speak plain HTTP/, { port });
  });

  it('finds a sealed server', async () => {
    const sealed = createServer((_request, response) => response.writeHead(503).end('{"status":"sealed"}'));
    await new Promise<void>((resolve) => sealed.listen(0, '127.0.0.1', resolve));
    after(() => sealed.close());
    const port = String((sealed.address() as AddressInfo).port);
    await assertComplaint(/^problem server: .* is sealed/, { port });
  });

  it('finds that the server keeps its state elsewhere', async () => {
    const elsewhere = { ...running, data: directory };
    await assertComplaint(
      /^warning data: the server on 127\.0\.0\.1:\d+ keeps its state in .*, and what was looked at/,
      elsewhere,
    );
    const link = join(directory, 'link');
    symlinkSync(server.directory, link);
    assert.deepEqual(await complaints({ ...running, data: link }, {}, 'data'), []);
  });

  it('finds that clients call another host, and lets the server have several names', async () => {
    const endpoint = (host: string, name = 'AWS_ENDPOINT_URL') =>
      complaints(running, { ...client, [name]: `http://${host}:${server.port}` }, 'endpoint');
    assert.deepEqual(await endpoint('localhost'), []);
    for (const [host, name] of [
      ['127.0.0.2'],
      ['[::1]'],
      ['bulwark.invalid'],
      ['bulwark.invalid', 'AWS_ENDPOINT_URL_KMS'],
    ] as const)
      assert.deepEqual(await endpoint(host, name), [
        `problem endpoint: ${name ?? 'AWS_ENDPOINT_URL'} is http://${host}:${server.port}, where no Bulwark answers`,
      ]);
    const nothingRuns = { ...running, port: '1' };
    assert.deepEqual(await complaints(nothingRuns, { AWS_ENDPOINT_URL: 'http://localhost:1' }, 'endpoint'), []);
  });

  it('finds that one side speaks TLS and the other does not', async () => {
    const data = join(directory, 'tls');
    const secure = await testServer({ tls: true, data });
    await assertComplaint(/^problem server: .* does not speak plain HTTP/, { port: String(secure.port) });
    await assertComplaint(/^problem server: .* does not speak TLS/, { ...running, tls: 'true', data });
    await assertComplaint(/^problem server: .* does not speak TLS/, { ...running, tls: 'true', data: directory });
    await assertComplaint(/^problem server: .* certificate that is not trusted here/, {
      port: String(secure.port),
      tls: 'true',
      data: directory,
    });
    assert.deepEqual(
      await complaints({ port: String(secure.port), tls: 'true', data }, {}, 'server', 'certificate'),
      [],
    );
    await assertComplaint(/^warning trust: AWS_CA_BUNDLE is not set/, { tls: 'true', data });
    const ca = join(data, 'tls', 'ca.pem');
    assert.deepEqual(
      await complaints({ tls: 'true', data }, { AWS_CA_BUNDLE: ca, NODE_EXTRA_CA_CERTS: ca }, 'trust'),
      [],
    );
  });

  for (const [seconds, expected] of [
    [-600, /^problem clock: the server's clock is \d+ s behind .*: signatures are refused$/],
    [60, /^warning clock: the server's clock is \d+ s ahead of/],
  ] as const) {
    it(`finds a clock that is ${seconds} s off`, async () => {
      const skewed = createServer((_request, response) => {
        response.setHeader('date', new Date(Date.now() + seconds * 1000).toUTCString());
        response.end(JSON.stringify({ status: 'ready', mode: 'enforced' }));
      });
      await new Promise<void>((resolve) => skewed.listen(0, '127.0.0.1', resolve));
      after(() => skewed.close());
      await assertComplaint(expected, { port: String((skewed.address() as AddressInfo).port) });
    });
  }

  it('finds a test clock that was moved', async () => {
    const moved = await testServer({ 'test-endpoints': true });
    await moved.advance('3d');
    await assertComplaint(/^warning clock: .* test clock is 3\.0 days ahead/, { port: String(moved.port) });
  });
});

describe('the doctor, of a data directory', async () => {
  const made = await testServer({ persistent: true });
  const data = made.directory;

  const changed = async (change: () => void, back: () => void, expected: RegExp): Promise<void> => {
    change();
    try {
      await assertComplaint(expected, { data });
    } finally {
      back();
    }
  };

  it('finds a root key that others can read', () => {
    const path = join(data, 'root.key');
    return changed(
      () => chmodSync(path, 0o644),
      () => chmodSync(path, 0o600),
      /^problem permissions: .*root\.key can be read by other users \(mode 644\)/,
    );
  });

  it('finds a directory that others can change', () =>
    changed(
      () => chmodSync(data, 0o777),
      () => chmodSync(data, 0o700),
      /^problem permissions: .* can be changed by other users \(mode 777\)/,
    ));

  it('finds that the root key is gone', () => {
    const path = join(data, 'root.key');
    return changed(
      () => renameSync(path, `${directory}/kept`),
      () => renameSync(`${directory}/kept`, path),
      /^problem root key: .* neither root\.key nor seal\.json/,
    );
  });

  it('finds that the root key lies beside the data', () =>
    assertComplaint(/^warning root key: root\.key lies beside/, { data }));

  it('finds data of a newer version', async () => {
    const newer = join(directory, 'newer');
    mkdirSync(newer, { mode: 0o700 });
    const database = new DatabaseSync(join(newer, 'bulwark.db'));
    database.exec("CREATE TABLE meta (name TEXT, value BLOB); INSERT INTO meta VALUES ('format', CAST('99' AS BLOB))");
    database.close();
    await assertComplaint(/^problem database: the data was written by a newer Bulwark: its format is 99/, {
      data: newer,
    });
  });

  it('finds a database that is none', async () => {
    const broken = join(directory, 'broken');
    mkdirSync(broken, { mode: 0o700 });
    writeFileSync(join(broken, 'bulwark.db'), 'not a database, not at all', { mode: 0o600 });
    await assertComplaint(/^problem database: .* cannot be opened/, { data: broken });
  });

  it('finds that nothing is kept, or nothing is there yet, or it is a file', async () => {
    await assertComplaint(/^warning data: state is kept in memory only/, { data: ':memory:' });
    await assertComplaint(/^warning data: .*absent does not exist yet/, { data: join(directory, 'absent') });
    writeFileSync(join(directory, 'file'), '');
    await assertComplaint(/^problem data: .*file is a file/, { data: join(directory, 'file') });
  });
});

describe('the doctor, of who may use a data directory', {
  skip: process.getuid?.() !== 0 && 'only root can be another user',
}, () => {
  const nobody = 65_534;
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const asNobody = (data: string) => {
    const command = [process.execPath, main, 'doctor', '--data', data, '--port', '1'];
    return run('setpriv', [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command]);
  };

  it('finds a directory that its user cannot look into, and goes on', async () => {
    const data = join(directory, 'of-root');
    mkdirSync(data, { mode: 0o700 });
    chmodSync(directory, 0o755);
    const { exitCode, stdout, stderr } = await asNobody(data);
    assert.deepEqual([exitCode, stderr], [1, '']);
    assert.match(
      stdout,
      /^PROBLEM {2}permissions: .*of-root cannot be listed or written to or entered by you, user 65534: it belongs to user 0 \(mode 700\)\n {10}→ run the server, and this, as user 0; or: chown/m,
    );
    for (const check of ['disk', 'server', 'endpoint']) assert.match(stdout, new RegExp(`^\\w+ +${check}:`, 'm'));
  });

  it('finds, asked by root, what is not the user’s whose the directory is, and root’s own commands leave nothing such', async () => {
    const data = join(directory, 'of-the-server');
    mkdirSync(data, { mode: 0o700 });
    chownSync(data, nobody, nobody);
    const key = join(data, 'seal.key');
    const sealed = await bulwark('init', '--data', data, '--seal', 'key-file', '--seal-key-file', key);
    assert.equal(sealed.exitCode, 0, sealed.stderr);
    assert.equal((await bulwark('rewrap', '--data', data, '--seal', 'key-file', '--seal-key-file', key)).exitCode, 0);
    for (const file of readdirSync(data)) assert.equal(statSync(join(data, file)).uid, nobody, file);
    chownSync(join(data, 'seal.json'), 0, 0);
    assert.deepEqual(await complaints({ data }, {}, 'permissions'), [
      `problem permissions: ${data}/seal.json belongs to user 0, and the directory to user ${nobody}`,
    ]);
    const { stdout } = await asNobody(data);
    assert.match(stdout, /^PROBLEM {2}root key: .*permission denied.*\n {10}→ run the server, and this, as one user/m);
  });

  it('makes, asked by root, no file elsewhere for the user whose the directory is', async () => {
    const data = join(directory, 'with-links');
    mkdirSync(data, { mode: 0o700 });
    chownSync(data, nobody, nobody);
    const key = join(directory, 'with-links.key');
    assert.equal((await bulwark('init', '--data', data, '--seal', 'key-file', '--seal-key-file', key)).exitCode, 0);
    const elsewhere = join(directory, 'elsewhere');
    rmSync(join(data, 'lock-seal'), { force: true });
    symlinkSync(elsewhere, join(data, 'lock-seal'));
    const { exitCode, stderr } = await bulwark('rewrap', '--data', data, '--seal', 'key-file', '--seal-key-file', key);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^bulwark: EEXIST: file already exists, open '.*lock-seal'/);
    assert.ok(!existsSync(elsewhere));
  });

  it('finds a directory of its own that it cannot write to', async () => {
    const data = join(directory, 'of-nobody');
    mkdirSync(data, { mode: 0o500 });
    chownSync(data, nobody, nobody);
    const { exitCode, stdout } = await asNobody(data);
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /^PROBLEM {2}permissions: .*of-nobody cannot be written to by you, user 65534: .* \(mode 500\)\n {10}→ run: chmod 700/m,
    );
  });

  it('finds a directory above that its user cannot enter', async () => {
    const { stdout } = await asNobody(join(directory, 'of-root', 'below'));
    assert.match(
      stdout,
      /^PROBLEM {2}data: EACCES: permission denied, stat .*below'\n {10}→ run it as a user who may/m,
    );
  });
});

describe('the doctor, of what opens the data', async () => {
  const { directory: data } = await testServer({ persistent: true });
  const rootKey = join(data, 'root.key');
  const kept = readFileSync(rootKey, 'utf8');
  const sealed = join(directory, 'sealed');
  const sealKey = join(directory, 'seal.key');
  const seal = { data: sealed, 'seal-key-file': sealKey };

  it('finds nothing wrong with the key that belongs to it', async () => {
    const all = await findings({ data });
    assert.ok(all.some(({ level, finding }) => level === 'ok' && finding === 'opens the data'));
  });

  it('finds a root.key that is none', async () => {
    writeFileSync(rootKey, 'garbage');
    await assertComplaint(/^problem root key: .*root\.key is malformed: one comment line and 32 bytes in base64/, {
      data,
    });
  });

  it('finds the root.key of another directory', async () => {
    writeFileSync(rootKey, `# a key\n${Buffer.alloc(32, 7).toString('base64')}\n`);
    await assertComplaint(/^problem root key: the root key does not belong to this store: .*$/, { data });
    writeFileSync(rootKey, kept);
  });

  it('finds a seal key file that others can read', async () => {
    const init = ['init', '--data', sealed, '--seal', 'key-file', '--seal-key-file', sealKey];
    assert.equal((await bulwark(...init)).exitCode, 0);
    assert.deepEqual(await complaints(seal, {}, 'root key'), []);
    for (const mode of [0o644, 0o640]) {
      chmodSync(sealKey, mode);
      await assertComplaint(/^problem root key: .*seal\.key can be read by other users: run chmod 600 on it\.$/, seal);
    }
  });

  it('finds a seal key file that is gone, or not named', async () => {
    rmSync(sealKey);
    await assertComplaint(/^problem root key: .*seal\.key is missing: without it/, seal);
    await assertComplaint(/^problem root key: .*name it with --seal-key-file/, { data: sealed });
  });
});

describe('the doctor, of a database', { skip: noPostgres }, () => {
  let database: PostgresServer;
  before(async () => {
    database = await PostgresServer.start();
  });
  after(() => database.remove());
  const keys = join(directory, 'keys');

  it('finds that it holds nothing yet, then nothing wrong, then the root key of another', async () => {
    const data = await database.newDatabase();
    const flags = { data, 'key-directory': keys };
    await assertComplaint(/^warning database: postgres:.* holds no store yet$/, flags);
    await (await openStore({ data, keyDirectory: keys })).close();
    assert.deepEqual(await complaints(flags, {}, 'database', 'root key'), []);
    writeFileSync(join(keys, 'root.key'), `# a key\n${Buffer.alloc(32, 7).toString('base64')}\n`);
    await assertComplaint(/^problem root key: the root key does not belong/, flags);
    rmSync(join(keys, 'root.key'));
    await assertComplaint(/^problem root key: .*keys has neither root\.key nor seal\.json/, flags);
    rmSync(keys, { recursive: true });
    await assertComplaint(/^problem root key: .*keys has neither root\.key nor seal\.json/, flags);
  });

  it('finds that nothing answers, and shows no password', async () => {
    await assertComplaint(
      /^problem database: postgres:\/\/127\.0\.0\.1:1\/b cannot be used: no connection to the database: connect ECONNREFUSED/,
      { data: 'postgres://me:not-secret@127.0.0.1:1/b', 'key-directory': keys },
    );
    const all = await findings({ data: 'postgres://me:not-secret@localhost:1/b', 'key-directory': keys });
    assert.doesNotMatch(JSON.stringify(all), /not-secret|: "/);
  });

  it('finds that there is no such database', () =>
    assertComplaint(/^problem database: .* database "absent" does not exist$/, {
      data: database.url('absent'),
      'key-directory': keys,
    }));

  it('finds a wrong password', async () => {
    await database.query('postgres', "CREATE ROLE locked LOGIN PASSWORD 'right'");
    await database.requirePassword('locked');
    const data = database.url('postgres').replace('bulwark:not-secret', 'locked:wrong');
    await assertComplaint(/^problem database: .* password authentication failed for user "locked"$/, {
      data,
      'key-directory': keys,
    });
  });
});

describe('the doctor, of certificates', async () => {
  const authority = await createAuthority();
  const { cert, key } = await issueCertificate(authority, ['localhost']);
  const certFile = join(directory, 'cert.pem');
  const keyFile = join(directory, 'key.pem');
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const own = { 'tls-cert': certFile, 'tls-key': keyFile };

  it('finds none wrong that is right', async () => {
    assert.deepEqual(await complaints(own, {}, 'certificate'), []);
  });

  it('finds a key that others can read', async () => {
    chmodSync(keyFile, 0o640);
    await assertComplaint(/^problem certificate: .*key\.pem can be read by other users/, own);
    chmodSync(keyFile, 0o600);
  });

  it('finds a key that is not the certificate’s', async () => {
    const other = join(directory, 'other.pem');
    writeFileSync(other, (await issueCertificate(authority, ['localhost'])).key, { mode: 0o600 });
    await assertComplaint(/^problem certificate: .*other\.pem is not the key of/, { ...own, 'tls-key': other });
  });

  for (const [days, expected] of [
    [-1, /^problem certificate: .* ended \d+ days ago/],
    [10, /^warning certificate: .* ends in \d+ days/],
  ] as const) {
    it(`finds one that ${days < 0 ? 'has ended' : 'ends soon'}`, async (t) => {
      const ends = new Date(
        JSON.parse(JSON.stringify(new (await import('node:crypto')).X509Certificate(cert).validToDate)),
      );
      t.mock.timers.enable({ apis: ['Date'], now: ends.getTime() - days * 86_400_000 });
      await assertComplaint(expected, own);
    });
  }

  it('finds files that are missing', () =>
    assertComplaint(/^problem certificate: .* cannot be read/, { ...own, 'tls-key': join(directory, 'absent.pem') }));
});

describe('the doctor, of the variables of clients', () => {
  const right = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAX',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  for (const [what, changes, expected] of [
    [
      'that AWS itself is called',
      { AWS_ENDPOINT_URL: '' },
      /problem endpoint: AWS_ENDPOINT_URL is "", which is no URL/,
    ],
    [
      'the wrong port',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4567' },
      /problem endpoint: AWS_ENDPOINT_URL names port 4567/,
    ],
    [
      'the wrong scheme',
      { AWS_ENDPOINT_URL: 'https://127.0.0.1:4566' },
      /problem endpoint: AWS_ENDPOINT_URL says https:/,
    ],
    ['a path', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/kms' }, /problem endpoint: AWS_ENDPOINT_URL has a path/],
    [
      'a service’s own endpoint',
      { AWS_ENDPOINT_URL_KMS: 'http://kms:80' },
      /problem endpoint: AWS_ENDPOINT_URL_KMS names port 80/,
    ],
    ['that endpoints are ignored', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, /problem endpoint: AWS_IGNORE/],
    ['another Region', { AWS_REGION: 'eu-west-1' }, /warning region: clients use eu-west-1/],
    [
      'two Regions',
      { AWS_DEFAULT_REGION: 'eu-west-1' },
      /warning region: AWS_REGION is us-east-1 and AWS_DEFAULT_REGION eu-west-1/,
    ],
    ['a token of another key', { AWS_SESSION_TOKEN: 'x' }, /problem credentials: AWS_SESSION_TOKEN is left over/],
    [
      'a temporary key without its token',
      { AWS_ACCESS_KEY_ID: 'ASIAX' },
      /problem credentials: AWS_ACCESS_KEY_ID is temporary/,
    ],
    ['a proxy in between', { HTTP_PROXY: 'http://proxy:3128' }, /warning proxy: HTTP_PROXY sends/],
  ] as const) {
    it(`finds ${what}`, () => assertComplaint(expected, { port: '4566' }, { ...right, ...changes }));
  }

  it('finds what is missing', async () => {
    assert.deepEqual(await complaints({}, {}, 'endpoint', 'region', 'credentials'), [
      'warning endpoint: AWS_ENDPOINT_URL is not set: clients from this shell call AWS itself',
      'warning region: neither AWS_REGION nor AWS_DEFAULT_REGION is set: clients ask a profile, or refuse to start',
      'warning credentials: no access key in this shell',
    ]);
  });

  it('finds that the network could read or rule', async () => {
    await assertComplaint(/problem exposure: .* without TLS/, { host: '0.0.0.0' });
    const open = { host: '0.0.0.0', mode: 'open', 'open-on-network': 'true', tls: 'true' };
    await assertComplaint(/problem exposure: open mode/, open);
    await assertComplaint(/warning exposure: metrics/, { host: '0.0.0.0', 'metrics-port': '9464' });
  });

  it('finds a limit of open files below that of connections', () =>
    assertComplaint(/warning open files/, { 'max-connections': '1000000' }));
});

describe('bulwark doctor', () => {
  it('prints findings for people, and exits with 1 where there is a problem', async () => {
    const data = join(directory, 'newer');
    const { exitCode, stdout } = await bulwark('doctor', '--data', data, '--port', '1');
    assert.equal(exitCode, 1);
    assert.match(stdout, /^PROBLEM {2}database: the data was written by a newer Bulwark.*\n {10}→ start the version/m);
    assert.match(stdout, /\n\d+ problems?, \d+ warnings?\n$/);
  });

  it('prints them as JSON, and exits with 0 where there are warnings only', async () => {
    const { exitCode, stdout } = await bulwark('doctor', '--json', '--data', ':memory:', '--port', '1');
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: readonly Finding[] };
    assert.deepEqual([exitCode, ok], [0, true]);
    assert.ok(findings.some(({ check, level }) => check === 'server' && level === 'warning'));
  });

  it('says with status, in the same words, why nothing can be asked', async () => {
    const status = async (...flags: readonly string[]) => {
      const { exitCode, stdout, stderr } = await bulwark('status', ...flags);
      assert.deepEqual([exitCode, stderr, stdout.split('\n').length], [1, '', 2]);
      return stdout;
    };
    const plain = String((await testServer()).port);
    const secure = String((await testServer({ tls: true })).port);
    const other = createServer((_request, response) => response.end('Nothing here')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    after(() => other.close());
    const stranger = String((other.address() as AddressInfo).port);
    assert.match(
      await status('--port', plain, '--tls'),
      /^not ready: what listens on .* does not speak TLS; it was started without/,
    );
    assert.match(
      await status('--port', secure),
      /^not ready: what listens on .* does not speak plain HTTP; if it was started with --tls/,
    );
    assert.match(await status('--port', stranger), /^not ready: something that is not Bulwark answers on/);
    assert.match(await status('--port', '1'), /^not ready: nothing listens on 127\.0\.0\.1:1; start it with/);
  });

  it('knows the certificate that is configured, whoever issued it and whatever it names, and no other', async () => {
    const authority = await createAuthority();
    const pair = async (name: string, withIssuer: boolean) => {
      const { cert, key } = await issueCertificate(authority, ['bulwark.example.com']);
      const [certFile, keyFile] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
      writeFileSync(certFile, withIssuer ? cert : cert.slice(0, -authority.cert.length));
      writeFileSync(keyFile, key, { mode: 0o600 });
      return { 'tls-cert': certFile, 'tls-key': keyFile };
    };
    for (const withIssuer of [false, true]) {
      const own = await pair('own', withIssuer);
      const other = await pair('other', withIssuer);
      const port = String((await testServer(own)).port);
      const status = (pairOf: typeof own) =>
        bulwark('status', '--port', port, '--tls-cert', pairOf['tls-cert'], '--tls-key', pairOf['tls-key']);
      assert.equal((await status(own)).exitCode, 0);
      const refused = await status(other);
      assert.deepEqual([refused.exitCode, refused.stderr], [1, '']);
      assert.match(refused.stdout, /^not ready: what listens on .* has a certificate that is not trusted here: /);
    }
  });

  it('tells with status how a running server is doing', async () => {
    const server = await testServer({ persistent: true });
    const { exitCode, stdout } = await bulwark('status', '--port', String(server.port));
    const status = JSON.parse(stdout);
    assert.deepEqual([exitCode, status.status, status.data], [0, 'ready', server.directory]);
    assert.equal(
      status.version,
      JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')).version,
    );
    assert.ok(status.journal.records >= 0 && status.residentBytes > 0 && status.connections.open >= 1);
  });
});
