import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AliasListEntry,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  type KeyMetadata,
  KMSClient,
  paginateListAliases,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { bulwark } from '../bulwark.ts';
import { JumpingClock } from '../jumping-clock.ts';
import { noPostgres, PostgresServer, postgresDirectory } from '../postgres-server.ts';
import { region, rootCredentials, SpawnedServer } from '../spawned-server.ts';

describe('a database that is recovered from a base backup and the archive of its write-ahead log', {
  skip: noPostgres,
}, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-point-in-time-'));
  const keys = join(root, 'keys');
  const newerKeys = join(root, 'newer-keys');
  const restorePoint = 'before_the_mistakes';
  const plaintext = Buffer.from('sealed before the point');

  let archive = '';
  let base = '';
  let database = '';
  let primary: PostgresServer | undefined;
  let original: SpawnedServer | undefined;
  const kms = new Map<SpawnedServer, KMSClient>();

  /** The server as its clients know it. */
  const client = (server: SpawnedServer): KMSClient => {
    const known =
      kms.get(server) ?? new KMSClient({ endpoint: server.url, region, credentials: rootCredentials, maxAttempts: 1 });
    kms.set(server, known);
    return known;
  };
  const create = async (Description: string): Promise<string> =>
    (await client(original!).send(new CreateKeyCommand({ Description }))).KeyMetadata!.KeyId!;
  const encrypt = async (KeyId: string): Promise<Uint8Array> =>
    (await client(original!).send(new EncryptCommand({ KeyId, Plaintext: plaintext }))).CiphertextBlob!;

  /** Everything that was acknowledged, and what the point is. */
  const early: string[] = [];
  let late = '';
  let dueSoon = '';
  let tooLate = '';
  let ciphertexts: Uint8Array[] = [];
  let atThePoint: Awaited<ReturnType<typeof everythingOn>>;
  let head = '';
  let headAfterIt = '';
  const target = { lsn: '', moment: '' };

  const headOf = async (data: string, keyDirectory: string): Promise<string> => {
    const { stdout, stderr } = await bulwark('verify', '--data', data, '--key-directory', keyDirectory);
    return /^head (.*)$/m.exec(stdout)?.[1] ?? assert.fail(stdout + stderr);
  };

  before(async () => {
    archive = postgresDirectory();
    primary = await PostgresServer.start({
      settings: ['wal_level=replica', 'archive_mode=on', `archive_command=${archiveCommand(archive)}`],
    });
    database = await primary.newDatabase();
    original = await SpawnedServer.start({ data: database, flags: ['--key-directory', keys] });

    early.push(await create('before the base backup'));
    ciphertexts = [await encrypt(early[0]!)];
    await client(original).send(new CreateAliasCommand({ AliasName: 'alias/kept', TargetKeyId: early[0] }));

    let copying = true;
    const writer = (async () => {
      while (copying) early.push(await create('during the base backup'));
    })();
    try {
      base = await primary.baseBackup();
    } finally {
      copying = false;
      await writer;
    }

    late = await create('after the base backup');
    ciphertexts.push(await encrypt(late));
    await client(original).send(
      new UpdateKeyDescriptionCommand({ KeyId: early[0], Description: 'changed after the base backup' }),
    );
    dueSoon = await create('is to go');
    await client(original).send(new ScheduleKeyDeletionCommand({ KeyId: dueSoon, PendingWindowInDays: 7 }));

    atThePoint = await everythingOn(client(original));
    head = await headOf(database, keys);
    const [point] = await primary.query(
      'postgres',
      `SELECT pg_create_restore_point('${restorePoint}')::text AS lsn, clock_timestamp()::text AS moment`,
    );
    Object.assign(target, point);

    tooLate = await create('after the point');
    await client(original).send(new DeleteAliasCommand({ AliasName: 'alias/kept' }));
    await client(original).send(new ScheduleKeyDeletionCommand({ KeyId: early[0], PendingWindowInDays: 7 }));
    await client(original).send(new UpdateKeyDescriptionCommand({ KeyId: late, Description: 'a mistake' }));
    headAfterIt = await headOf(database, keys);
    await original.stop();

    cpSync(keys, newerKeys, { recursive: true });
    const changed = await bulwark('rotate-keys', '--root', '--data', database, '--key-directory', newerKeys);
    assert.equal(changed.exitCode, 0, changed.stderr);

    await isArchived(primary);
    // The machine is lost: what is left is the archive, the base backup and the root key.
    await primary.remove();
  });
  after(async () => {
    for (const one of kms.values()) one.destroy();
    await original?.stop('SIGKILL');
    await primary?.remove();
    for (const directory of [root, archive, base]) rmSync(directory, { recursive: true, force: true });
  });

  /** A server that has gone to the point, waits there and can be read. */
  const recoveredTo = async (t: TestContext, settings: readonly string[]) => {
    const server = await PostgresServer.recover(base, [`restore_command=cp "${archive}/%f" "%p"`, ...settings]);
    t.after(() => server.remove());
    await becomesTrue(server, 'SELECT pg_is_wal_replay_paused() AS holds');
    return { server, data: server.url(new URL(database).pathname.slice(1)) };
  };
  /** The same, and it can be written to. */
  const servingFrom = async (t: TestContext): Promise<string> => {
    const { server, data } = await recoveredTo(t, [`recovery_target_name=${restorePoint}`]);
    await server.query('postgres', 'SELECT pg_wal_replay_resume()');
    await becomesTrue(server, 'SELECT NOT pg_is_in_recovery() AS holds');
    return data;
  };
  const start = async (t: TestContext, data: string, clock?: JumpingClock): Promise<SpawnedServer> => {
    const flags = ['--key-directory', keys];
    const server = await SpawnedServer.start({ data, flags, ...(clock && { clock }) });
    t.after(() => server.stop('SIGKILL'));
    return server;
  };

  it('shows no name in the archive', () => {
    const log = readdirSync(archive).map((segment) => readFileSync(join(archive, segment)));
    assert.ok(log.some((segment) => segment.includes(restorePoint)));
    for (const name of [late, 'alias/kept', 'after the base backup']) {
      assert.equal(
        log.some((segment) => segment.includes(name)),
        false,
      );
    }
  });

  for (const [kind, settings] of [
    ['a named restore point', () => [`recovery_target_name=${restorePoint}`]],
    ['a time', () => [`recovery_target_time=${target.moment}`]],
    ['a place in the log', () => [`recovery_target_lsn=${target.lsn}`, 'recovery_target_inclusive=off']],
  ] as const) {
    it(`ends exactly at ${kind}, and every record up to there verifies before anything is written`, async (t) => {
      const { data } = await recoveredTo(t, settings());
      const { stdout, stderr, exitCode } = await bulwark(
        ...['verify', '--data', data, '--key-directory', keys, '--expect-head', head],
      );
      assert.equal(exitCode, 0, stdout + stderr);
      assert.match(stdout, /journal records and \d+ stored records verified/);
      assert.equal(/^head (.*)$/m.exec(stdout)?.[1], head);
    });
  }

  it('has everything that was acknowledged before the point and nothing after it, and goes on from there', async (t) => {
    const data = await servingFrom(t);
    const server = await start(t, data);
    const restored = client(server);

    const found = await everythingOn(restored);
    assert.deepEqual(found, atThePoint);
    const ids = found.keys.map(({ KeyId }) => KeyId);
    for (const id of [...early, late, dueSoon]) assert.ok(ids.includes(id));
    await assert.rejects(restored.send(new DescribeKeyCommand({ KeyId: tooLate })), { name: 'NotFoundException' });
    for (const CiphertextBlob of ciphertexts) {
      const opened = await restored.send(new DecryptCommand({ CiphertextBlob }));
      assert.deepEqual(Buffer.from(opened.Plaintext!), plaintext);
    }

    const { KeyMetadata } = await restored.send(new CreateKeyCommand({ Description: 'on the recovered database' }));
    const KeyId = KeyMetadata!.KeyId!;
    const { CiphertextBlob } = await restored.send(new EncryptCommand({ KeyId, Plaintext: plaintext }));
    await server.stop();
    const again = client(await start(t, data));
    const opened = await again.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext!), plaintext);

    const verify = (expected: string) =>
      bulwark('verify', '--data', data, '--key-directory', keys, '--expect-head', expected);
    const whole = await verify(head);
    assert.equal(whole.exitCode, 0, whole.stdout + whole.stderr);
    assert.ok(Number.parseInt(/^head (.*)$/m.exec(whole.stdout)![1]!, 10) > Number.parseInt(head, 10));
    const rolledBack = await verify(headAfterIt);
    assert.equal(rolledBack.exitCode, 1);
    assert.match(rolledBack.stdout, /^BROKEN /);
  });

  it('lets what was scheduled before the point happen, and nothing that was scheduled after it', async (t) => {
    const clock = new JumpingClock();
    t.after(() => clock.remove());
    const server = await start(t, await servingFrom(t), clock);
    clock.jump(8 * 86_400_000);
    const describes = async (KeyId: string) => (await server.kms('DescribeKey', { KeyId })).text;
    // Up to 6 s for the lease of the server that was lost.
    for (const until = Date.now() + 60_000; !/NotFoundException/.test(await describes(dueSoon)); await sleep(100)) {
      assert.ok(Date.now() < until, 'the key is not deleted');
    }
    assert.match(await describes(early[0]!), /"KeyState":"Enabled"/);
  });

  it('opens only with the root key of the point', async (t) => {
    const data = await servingFrom(t);
    const verified = await bulwark('verify', '--data', data, '--key-directory', newerKeys);
    assert.match(verified.stderr, /root key does not belong/);
    const without = join(root, 'no-keys');
    mkdirSync(without);
    for (const keyDirectory of [newerKeys, without]) {
      await assert.rejects(SpawnedServer.start({ data, flags: ['--key-directory', keyDirectory] }), /root[. ]key/);
    }
    assert.equal(existsSync(join(without, 'root.key')), false);
    assert.equal(await headOf(data, keys), head);
  });
});

/** As docs/operating.md has it: what is archived twice has to be the same, and a segment appears whole. */
const archiveCommand = (archive: string): string =>
  'cmp -s "%p" "A/%f" || { test ! -e "A/%f" && cp "%p" "A/%f.part" && sync "A/%f.part" && mv "A/%f.part" "A/%f"; }'.replaceAll(
    'A/',
    `${archive}/`,
  );

/** What clients can see of keys and aliases. */
const everythingOn = async (client: KMSClient): Promise<{ keys: KeyMetadata[]; aliases: AliasListEntry[] }> => {
  const keys: KeyMetadata[] = [];
  for await (const { Keys = [] } of paginateListKeys({ client }, {})) {
    for (const { KeyId } of Keys) keys.push((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!);
  }
  const aliases: AliasListEntry[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client }, {})) aliases.push(...Aliases);
  return { keys, aliases };
};

/** Resolves when everything written so far lies in the archive. */
const isArchived = async (server: PostgresServer): Promise<void> => {
  const [switched] = await server.query('postgres', 'SELECT pg_walfile_name(pg_switch_wal()) AS segment');
  await becomesTrue(server, `SELECT last_archived_wal >= '${switched!.segment}' AS holds FROM pg_stat_archiver`);
};

const becomesTrue = async (server: PostgresServer, query: string): Promise<void> => {
  for (const until = Date.now() + 60_000; (await server.query('postgres', query))[0]?.holds !== true; await sleep(50)) {
    assert.ok(Date.now() < until, `never true: ${query}`);
  }
};
