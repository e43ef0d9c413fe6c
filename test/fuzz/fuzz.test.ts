import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Credentials } from '../../src/testing/sign.ts';
import { bulwark } from '../bulwark.ts';
import { fixture as known } from '../contract/known-values.ts';
import { rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { Connection } from './connection.ts';
import { modelledSamples, thirdAdministrator } from './modelled.ts';
import { kmsSamples } from './operations.ts';
import { Random } from './random.ts';
import { type FuzzRequest, requestMaker } from './requests.ts';

const requests = Number(process.env.BULWARK_FUZZ_REQUESTS ?? 100_000);

/** The same seed makes the same requests; a failure names it. */
const seed = Number(process.env.BULWARK_FUZZ_SEED ?? 20_261_122);

/** Requests in flight, each on a connection of its own. */
const connections = 32;

/** Longest wait for an answer, in milliseconds; more means that the server hangs. */
const patienceMs = 15_000;

/** After so many there is no need for more. */
const mostFailures = 10;

/** Heap that the server may use, in MiB: what leaks there ends the process. */
const heapMiB = 128;

/** Resident memory after all requests may exceed that after half of them by as much, in MiB. */
const toleratedGrowthMiB = 128;

it(`survives ${requests} mutated requests: every one answered or cut off, no 5xx, no crash, no growth`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const data = mkdtempSync(join(tmpdir(), 'bulwark-fuzz-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const seedFile = join(data, 'seed.json');
  writeFileSync(seedFile, JSON.stringify({ accounts: [known.otherAccount], users: [thirdAdministrator] }));
  const server = await SpawnedServer.start({
    data: join(data, 'd'),
    flags: ['--seed', seedFile],
    nodeFlags: [`--max-old-space-size=${heapMiB}`],
  });
  t.after(() => server.stop('SIGKILL'));
  const { untouched, next } = await prepare(server);

  const reactions = new Map<string, number>();
  const failures: string[] = [];
  let sent = 0;
  let warmMiB = 0;
  const client = async (): Promise<void> => {
    const connection = new Connection(server.port);
    while (sent < requests && failures.length < mostFailures) {
      sent++;
      if (sent === Math.floor(requests / 2)) warmMiB = residentMiB(server.pid);
      const request = next();
      const place = `seed ${seed}, ${request.kind}: ${shown(request)}`;
      try {
        const { status, text } = await connection.send(request, patienceMs);
        if (status >= 500) failures.push(`${place}\nanswered ${text}`);
        count(reactions, `${request.kind}: ${status} ${codeIn(text)}`);
      } catch (error) {
        failures.push(`${place}\n${(error as Error).message}`);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, client));
  if (process.env.BULWARK_FUZZ_TALLY) for (const line of [...reactions].sort()) t.diagnostic(`${line[1]} × ${line[0]}`);

  assert.equal(server.hasEnded, false, `the server ended:\n${server.output.slice(-5000)}`);
  assert.deepEqual(failures, [], server.output.slice(-5000));
  // What happens after an answer, on timers, fails there alone.
  assert.deepEqual(errorsIn(server.output).slice(0, mostFailures), []);
  const grownMiB = residentMiB(server.pid) - warmMiB;
  assert.ok(grownMiB < toleratedGrowthMiB, `resident memory grew by ${grownMiB} MiB, from ${warmMiB} MiB`);
  assert.ok(reactionsWith(reactions, ' 200 ') > requests / 25, 'too few mutated requests reached a handler');

  const encrypted = await server.kms('Encrypt', { KeyId: untouched, Plaintext: 'aGVsbG8=' });
  assert.equal(encrypted.status, 200, encrypted.text);
  const { CiphertextBlob } = JSON.parse(encrypted.text);
  assert.equal(JSON.parse((await server.kms('Decrypt', { CiphertextBlob })).text).Plaintext, 'aGVsbG8=');
  await server.stop();
  const { stdout, exitCode } = await bulwark('verify', '--data', join(data, 'd'));
  assert.equal(exitCode, 0, stdout);
  t.diagnostic(
    `${reactions.size} kinds of reaction; memory ${warmMiB} MiB, then ${grownMiB} more; ${stdout.split('\n')[0]}`,
  );
});

/** What the requests are about, and a key that none of them names. */
const prepare = async (server: SpawnedServer): Promise<{ untouched: string; next: () => FuzzRequest }> => {
  const created = async (input: object = {}): Promise<string> =>
    JSON.parse((await server.kms('CreateKey', input)).text).KeyMetadata.KeyId;
  const [untouched, keyId, doomedKeyId] = [await created(), await created(), await created()];
  await server.kms('CreateAlias', { AliasName: 'alias/fuzz', TargetKeyId: keyId });
  const { text } = await server.kms('Encrypt', { KeyId: keyId, Plaintext: 'aGVsbG8=' });
  const PolicyDocument = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  await server.iam('CreateUser', { UserName: 'fuzzer' });
  await server.iam('CreatePolicy', { PolicyName: 'fuzz', PolicyDocument });
  await server.iam('AttachUserPolicy', { UserName: 'fuzzer', PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz' });
  const user = credentialsIn((await server.iam('CreateAccessKey', { UserName: 'fuzzer' })).text);
  const agreeingKeyId = await created({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
  const fixture = {
    keyId,
    doomedKeyId,
    ciphertext: JSON.parse(text).CiphertextBlob,
    rsaKeyId: await created({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    signingKeyId: await created({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }),
    agreeingKeyId,
    macKeyId: await created({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    publicKey: JSON.parse((await server.kms('GetPublicKey', { KeyId: agreeingKeyId })).text).PublicKey,
  };
  const signers = { root: rootCredentials, user };
  const samples = [...kmsSamples(fixture), ...(await modelledSamples(server))];
  return { untouched, next: requestMaker(samples, signers, new Random(seed), `127.0.0.1:${server.port}`) };
};

const credentialsIn = (xml: string): Credentials => ({
  accessKeyId: /<AccessKeyId>(.+?)</.exec(xml)![1]!,
  secretAccessKey: /<SecretAccessKey>(.+?)</.exec(xml)![1]!,
});

/** Lines of the log of level error and above. */
const errorsIn = (output: string): readonly string[] =>
  output.split('\n').filter((line) => /^\{"level":[56]0,/.test(line));

const residentMiB = (pid: number): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);

const codeIn = (text: string): string => /"__type":"([^"]*)"/.exec(text)?.[1] ?? /<Code>([^<]*)</.exec(text)?.[1] ?? '';

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const reactionsWith = (reactions: ReadonlyMap<string, number>, part: string): number =>
  [...reactions].reduce((sum, [name, times]) => (name.includes(part) ? sum + times : sum), 0);

const shown = ({ bytes }: FuzzRequest): string => JSON.stringify(bytes.toString('latin1').slice(0, 6000));
