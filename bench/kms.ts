/**
 * The second half of `npm run bench`, or `node bench/kms.ts` alone: what asymmetric and HMAC operations cost in the server
 * that `npm run build` made, beside symmetric Encrypt, also under a key with 10,000 grants; and what Encrypt's clients
 * notice while RSA-4096 signatures saturate a processor. `--seconds N` per measurement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  GenerateMacCommand,
  KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';
import { sign } from '../src/testing/sign.ts';
import { drive, type LoadResult } from './load.ts';
import { bulwarkArguments, startProcess } from './processes.ts';

const root = { accessKeyId: 'AKIABENCHMARKROOTKEY', secretAccessKey: 'benchmark-secret-access-key-of-the-root-user' };
const region = 'us-east-1';
const secondsAt = process.argv.indexOf('--seconds');
const seconds = secondsAt < 0 ? 4 : Number(process.argv[secondsAt + 1]);
const connections = 8;
const host = '127.0.0.1';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-bench-'));
const server = await startProcess(
  process.execPath,
  bulwarkArguments('start', '--port', '0', '--data', directory, '--log-level', 'warn', '--throttling', 'off'),
  { announces: /AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/ },
  { BULWARK_ROOT_ACCESS_KEY_ID: root.accessKeyId, BULWARK_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey },
);
const { port } = server;
const kms = new KMSClient({ endpoint: `http://${host}:${port}`, region, credentials: root });

const newKey = async (input: CreateKeyCommandInput): Promise<string> =>
  (await kms.send(new CreateKeyCommand(input))).KeyMetadata!.KeyId!;

/** Distinct requests, signed beforehand. */
const requestsFor = (target: string, bodyOf: (index: number) => object, as = root): readonly Buffer[] =>
  Array.from({ length: 64 }, (_, index) => {
    const body = JSON.stringify(bodyOf(index));
    const headers = {
      host: `${host}:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${target}`,
    };
    const signed = sign({ method: 'POST', path: '/', headers, body }, as, { region, service: 'kms' });
    const all = { ...signed, 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'aws-cli/2.31 md/bench' };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.from(`POST / HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`);
  });

const text = (index: number): string => Buffer.alloc(32, String(index)).toString('base64');

const symmetric = await newKey({});
const encrypt = requestsFor('Encrypt', (index) => ({ KeyId: symmetric, Plaintext: text(index) }));
const rows: [name: string, requests: readonly Buffer[]][] = [['Encrypt, symmetric', encrypt]];

let rsa4096: readonly Buffer[] = [];
for (const [KeySpec, SigningAlgorithm] of [
  ['ECC_NIST_P256', 'ECDSA_SHA_256'],
  ['RSA_2048', 'RSASSA_PSS_SHA_256'],
  ['RSA_4096', 'RSASSA_PSS_SHA_256'],
] as const) {
  const KeyId = await newKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
  const signing = (index: number) => ({ KeyId, SigningAlgorithm, MessageType: 'DIGEST', Message: text(index) });
  const toSign = requestsFor('Sign', signing);
  if (KeySpec === 'RSA_4096') {
    rsa4096 = toSign;
    break;
  }
  const Message = Buffer.from(text(0), 'base64');
  const { Signature } = await kms.send(new SignCommand({ KeyId, SigningAlgorithm, MessageType: 'DIGEST', Message }));
  const signature = Buffer.from(Signature!).toString('base64');
  rows.push([`Sign, ${KeySpec}`, toSign]);
  rows.push([`Verify, ${KeySpec}`, requestsFor('Verify', () => ({ ...signing(0), Signature: signature }))]);
}

const MacAlgorithm = 'HMAC_SHA_256';
const hmac = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
const Message = Buffer.from(text(0), 'base64');
const { Mac } = await kms.send(new GenerateMacCommand({ KeyId: hmac, MacAlgorithm, Message }));
const macing = (index: number) => ({ KeyId: hmac, MacAlgorithm, Message: text(index) });
rows.push(['GenerateMac', requestsFor('GenerateMac', macing)]);
const mac = Buffer.from(Mac!).toString('base64');
rows.push(['VerifyMac', requestsFor('VerifyMac', () => ({ ...macing(0), Mac: mac }))]);
for (const KeyPairSpec of ['ECC_NIST_P256', 'RSA_2048']) {
  const pairs = requestsFor('GenerateDataKeyPair', () => ({ KeyId: symmetric, KeyPairSpec }));
  rows.push([`GenerateDataKeyPair, ${KeyPairSpec}`, pairs]);
}

const iam = new IAMClient({ endpoint: `http://${host}:${port}`, region, credentials: root });
const { User } = await iam.send(new CreateUserCommand({ UserName: 'grantee' }));
const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'grantee' }));
const grantee = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
for (const grants of [1, 10_000]) {
  const KeyId = await newKey({});
  const context = (n: number) => ({ n: String(n) });
  const numbers = Array.from({ length: grants }, (_, n) => n);
  const GranteePrincipal = User!.Arn!;
  while (numbers.length > 0) {
    const some = numbers.splice(0, 32).map((n) => ({ EncryptionContextSubset: context(n) }));
    const given = { KeyId, GranteePrincipal, Operations: ['Encrypt' as const] };
    await Promise.all(some.map((Constraints) => kms.send(new CreateGrantCommand({ ...given, Constraints }))));
  }
  // No policy allows the grantee anything: of all the grants, one does.
  const encrypting = (index: number) => ({ KeyId, Plaintext: text(index), EncryptionContext: context(grants - 1) });
  rows.push([`Encrypt by 1 grant of ${grants}`, requestsFor('Encrypt', encrypting, grantee)]);
}

const line = (name: string, load: LoadResult, cpuMicroseconds: number): string =>
  `${name.padEnd(36)} ${load.requestsPerSecond.toFixed(0).padStart(7)} req/s  p50 ${load.p50.toFixed(1).padStart(7)} ms  p99 ${load.p99.toFixed(1).padStart(7)} ms  ${cpuMicroseconds.toFixed(0).padStart(7)} µs CPU${load.failures ? `  ${load.failures} FAILED` : ''}`;

const measure = async (requests: readonly Buffer[], atOnce = connections): Promise<[LoadResult, number]> => {
  const before = server.cpuSeconds();
  const load = await drive({ port, host, requests, connections: atOnce, seconds });
  if (load.failures > 0) process.exitCode = 1;
  return [load, ((server.cpuSeconds() - before) * 1e6) / load.requests];
};

console.log(`${connections} connections, ${seconds} s each; every answer durable\n`);
for (const [, requests] of rows.slice(0, 5)) await drive({ port, host, requests, connections, seconds });
for (const [name, requests] of rows) console.log(line(name, ...(await measure(requests))));

const [idle] = await measure(encrypt);
const signatures = drive({ port, host, requests: rsa4096, connections: 4, seconds: seconds + 1 });
const [beside, beneath] = await Promise.all([measure(encrypt).then(([load]) => load), signatures]);
console.log(`
Encrypt alone: p50 ${idle.p50.toFixed(1)}, p99 ${idle.p99.toFixed(1)} ms
Encrypt beside ${beneath.requestsPerSecond.toFixed(0)} RSA-4096 signatures a second: p50 ${beside.p50.toFixed(1)}, p99 ${beside.p99.toFixed(1)} ms: ${(beside.p99 / idle.p99).toFixed(1)} × (goal ≤ 3)`);
await server.stop();
rmSync(directory, { recursive: true });
