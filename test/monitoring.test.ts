import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateKeyCommand, EncryptCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { readConfig } from '../src/config.ts';
import { defaultQueueLimits } from '../src/store/commit-queue.ts';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import { defaultLimits } from '../src/wire/limits.ts';
import { endsWithTest } from './children.ts';
import { freePort } from './free-port.ts';
import { account, SpawnedServer } from './spawned-server.ts';

const metricsOf = async (url: string): Promise<ReadonlyMap<string, number>> => {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
};

/** Asks an address for the metrics, under a name of the asker's choice. */
const askAt = async (host: string, port: number, name: string): Promise<string> => {
  const socket = connect({ port, host });
  socket.end(`GET /_bulwark/metrics HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
};

describe('metrics', async () => {
  const server = await testServer();
  const root = server.client(KMSClient);
  const { KeyMetadata } = await root.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata!.KeyId!;
  const encrypt = new EncryptCommand({ KeyId, Plaintext: Buffer.from('attack at dawn') });
  const read = () => metricsOf(`${server.url}/_bulwark/metrics`);

  it('count requests by service, operation and outcome, and time them', async () => {
    await root.send(encrypt);
    const bob = server.client(KMSClient, await server.user('bob'));
    await assert.rejects(bob.send(encrypt), { name: 'AccessDeniedException' });
    const metrics = await read();
    assert.equal(metrics.get('bulwark_requests_total{service="kms",operation="Encrypt",outcome="ok"}'), 1);
    assert.equal(metrics.get('bulwark_requests_total{service="kms",operation="Encrypt",outcome="AccessDenied"}'), 1);
    assert.equal(metrics.get('bulwark_request_duration_seconds_count{service="kms",operation="Encrypt"}'), 2);
    assert.ok(metrics.get('bulwark_request_duration_seconds_sum{service="kms",operation="Encrypt"}')! < 10);
  });

  it('count decisions by the type of policy that made them', async () => {
    const metrics = await read();
    assert.equal(metrics.get('bulwark_authorization_decisions_total{decision="deny",by="identity"}'), 1);
    assert.ok(metrics.get('bulwark_authorization_decisions_total{decision="allow",by="root"}')! >= 1);
  });

  it('count requests that did not prove who sent them', async () => {
    const forger = server.client(STSClient, { ...rootCredentials, secretAccessKey: 'wrong' });
    await assert.rejects(forger.send(new GetCallerIdentityCommand({})), { name: 'SignatureDoesNotMatch' });
    const failures = 'bulwark_authentication_failures_total{service="sts",error="SignatureDoesNotMatch"}';
    assert.equal((await read()).get(failures), 1);
  });

  it('count requests for operations that do not exist', async () => {
    const headers = { 'x-amz-target': 'TrentService.MakeTea', 'content-type': 'application/x-amz-json-1.1' };
    await fetch(server.url, { method: 'POST', headers, body: '{}' });
    assert.equal((await read()).get('bulwark_unclaimed_requests_total{service="kms",error="UnknownOperation"}'), 1);
  });

  it('tell of commits, journal, caches, connections and the process', async () => {
    const metrics = await read();
    for (const name of [
      'bulwark_commit_batch_size_count',
      'bulwark_commit_duration_seconds_count',
      'bulwark_journal_records',
      'bulwark_cache_hits_total{collection="kms.keys"}',
      'bulwark_cache_bytes{collection="kms.keys"}',
      'bulwark_connections_open',
      'bulwark_clients',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(metrics.get(name)! > 0, `${name} is ${metrics.get(name)}`);
    }
    for (const name of [
      'bulwark_journal_lag_commits',
      'bulwark_journal_lag_bytes',
      'bulwark_journal_lag_seconds',
      'bulwark_commit_failures_total',
      'bulwark_commit_refused_total',
      'bulwark_timer_lag_seconds',
      'bulwark_connections_refused_total{reason="too-many"}',
      'bulwark_connections_refused_total{reason="too-many-of-client"}',
      'bulwark_requests_shed_total',
    ]) {
      assert.equal(metrics.get(name), 0, name);
    }
    assert.ok(metrics.get('nodejs_eventloop_lag_seconds{stat="max"}')! < 60);
  });

  it('count timers that fired', async () => {
    await root.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await server.advance('8d');
    assert.equal((await read()).get('bulwark_timers_total{kind="kms.delete-key",outcome="fired"}'), 1);
  });

  for (const [what, headers] of [
    ['past a proxy', { 'x-forwarded-for': '192.0.2.1' }],
    ['past a proxy of RFC 7239', { forwarded: 'for=192.0.2.1' }],
    ['from a web page', { origin: 'http://example.com' }],
  ] as const) {
    it(`are refused to a request ${what}`, async () => {
      assert.equal((await fetch(`${server.url}/_bulwark/metrics`, { headers })).status, 403);
      assert.equal((await fetch(`${server.url}/_bulwark/status`, { headers })).status, 403);
    });
  }

  it('are refused to a web page that gave itself a name of this machine’s address', async () => {
    for (const name of ['rebound.example.com', '127.0.0.1.example.com', 'localhost.example.com']) {
      assert.match(await askAt('127.0.0.1', server.port, name), /^HTTP\/1\.1 403 /, name);
    }
    assert.match(await askAt('127.0.0.1', server.port, '127.0.0.1:1'), /^HTTP\/1\.1 200 /);
  });

  const ownAddress = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  const skip = ownAddress === undefined && 'this machine has no address but loopback';
  it('are refused to other machines, whatever they call this one', { skip }, async () => {
    const open = await testServer({ host: '0.0.0.0' });
    assert.match(await askAt(ownAddress!, open.port, '127.0.0.1'), /^HTTP\/1\.1 403 /);
  });

  it('are served on a port of their own where one is configured, and nothing else is', async () => {
    const told = await testServer({ 'metrics-port': '0' });
    const base = `http://127.0.0.1:${told.running.metricsPort}`;
    const own = await metricsOf(`${base}/metrics`);
    assert.equal(own.get('bulwark_connections_open'), 0);
    assert.equal((await fetch(`${base}/_bulwark/health`)).status, 404);
    assert.equal((await fetch(`${base}/metrics`, { method: 'POST' })).status, 404);
  });
});

const typeOfErrorIn = (attributes: unknown): string | undefined =>
  (attributes as { key: string; value: { stringValue: string } }[]).find(({ key }) => key === 'error.type')?.value
    .stringValue;

describe('traces', () => {
  it('tell an OTLP collector the stages of a request, under the trace of its client', async () => {
    const spans: Record<string, unknown>[] = [];
    const collector = createServer(async (message, response) => {
      let text = '';
      for await (const chunk of message) text += chunk;
      spans.push(...JSON.parse(text).resourceSpans[0].scopeSpans[0].spans);
      response.end('{}');
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    after(() => collector.close());
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const server = await testServer({ 'trace-endpoint': endpoint, 'trace-ratio': '0', persistent: true });
    const kms = server.client(KMSClient);
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    kms.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers.traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
        return next(args);
      },
      { step: 'build' },
    );
    await kms.send(new CreateKeyCommand({}));
    await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/none', Plaintext: Buffer.from('a') })));
    await server.client(STSClient).send(new GetCallerIdentityCommand({}));
    await server.restart();
    const stages = ['authenticate', 'decode', 'authorize', 'handle', 'commit'];
    assert.deepEqual(
      spans.splice(6).map(({ name, status, attributes }) => [name, status, typeOfErrorIn(attributes)])[0],
      ['kms.Encrypt', { code: 2, message: 'NotFoundException' }, 'NotFoundException'],
    );
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['kms.CreateKey', ...stages],
    );
    assert.equal(typeOfErrorIn(spans[0]!.attributes), undefined);
    assert.ok(spans.every((span) => span.traceId === traceId));
    assert.ok(spans.slice(1).every((span) => span.parentSpanId === spans[0]!.spanId));
    assert.equal(spans[0]!.parentSpanId, '00f067aa0ba902b7');
  });
});

describe('the log', async () => {
  const server = await SpawnedServer.start({ flags: ['--log-level', 'debug'] });
  after(() => server.stop());
  const lines = () =>
    server.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has one line for each request that names no operation, too', async () => {
    const headers = { 'x-amz-target': 'TrentService.MakeTea', 'content-type': 'application/x-amz-json-1.1' };
    const answers = [
      await fetch(server.url, { method: 'POST', headers, body: '{}' }),
      await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Version=2010-05-08&Action=MakeTea',
      }),
    ];
    const [first, second] = answers.map((answer) => answer.headers.get('x-amzn-requestid'));
    const outcomes = () => lines().filter(({ msg, operation }) => msg === 'request' && operation === undefined);
    for (const until = Date.now() + 10_000; outcomes().length < 2 && Date.now() < until; ) await sleep(10);
    assert.deepEqual(
      outcomes().map(({ requestId, service, outcome, sourceIp }) => [requestId, service, outcome, sourceIp]),
      [
        [first, 'kms', 'UnknownOperation', '127.0.0.1'],
        [second, 'iam', 'UnknownOperation', '127.0.0.1'],
      ],
    );
  });

  it('has one line for each request at level debug, with its id and no secret', async () => {
    const plaintext = Buffer.from('a secret of the client').toString('base64');
    const { text } = await server.kms('CreateKey', {});
    const { KeyId } = JSON.parse(text).KeyMetadata;
    const { requestId } = await server.kms('Encrypt', { KeyId, Plaintext: plaintext });
    const encrypts = () => lines().filter((one) => one.operation === 'Encrypt');
    // The answer may be here before what the server has written.
    for (const until = Date.now() + 10_000; encrypts().length === 0 && Date.now() < until; ) await sleep(10);
    const [line] = encrypts();
    assert.deepEqual(
      { ...line, time: 0, us: 0 },
      {
        level: 20,
        time: 0,
        requestId,
        service: 'kms',
        operation: 'Encrypt',
        sourceIp: '127.0.0.1',
        outcome: 'ok',
        us: 0,
        caller: `arn:aws:iam::${account}:root`,
        msg: 'request',
      },
    );
    assert.ok(!server.output.includes(plaintext));
    assert.ok(!server.output.includes('a secret of the client'));
  });

  it('warns of authentication failures, ten times in a minute and no more, and repeats nothing of the key', async () => {
    const forged = { accessKeyId: 'AKIAFORGEDFORGEDFORGE', secretAccessKey: 'guess' };
    for (let guess = 0; guess < 30; guess++) await server.kms('ListKeys', {}, forged);
    const warnings = lines().filter(({ msg }) => msg === 'request not authenticated');
    assert.equal(warnings.length, 10);
    assert.equal(warnings[0]!.error, 'InvalidClientTokenId');
    assert.ok(!server.output.includes(forged.accessKeyId));
  });
});

it('a log that cannot be written ends no server', { skip: process.platform !== 'linux' }, async () => {
  const port = await freePort();
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const flags = ['start', '--data', ':memory:', '--port', String(port), '--workers', '1'];
  const child = endsWithTest(
    spawn('sh', ['-c', 'exec "$0" "$@" 2>/dev/full', process.execPath, main, ...flags], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  await once(child.stdout!, 'data');
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'AWS4-HMAC-SHA256 Credential=x',
  };
  for (let request = 0; request < 3; request++)
    assert.ok((await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body })).status >= 400);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

it('a log whose reader pauses is whole, and one that nobody reads holds up no server', async () => {
  const port = await freePort();
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const flags = ['start', '--data', ':memory:', '--port', String(port), '--workers', '1', '--log-level', 'debug'];
  const child = endsWithTest(spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] }));
  await once(child.stdout!, 'data');
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'AWS4-HMAC-SHA256 Credential=x',
  };
  let answers = 0;
  const ask = async () => {
    for (let request = 0; request < 250; request++, answers++)
      await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body })).text();
  };
  // More lines than a pipe and its reader hold.
  const askAll = () => Promise.all(Array.from({ length: 8 }, ask));
  const asked = askAll();
  for (let before = -1; answers === 0 || answers > before; await sleep(200)) before = answers;
  let log = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  await asked;
  const lines = () => log.split('\n').filter((line) => line.includes('"msg":"request"'));
  for (const until = Date.now() + 5000; lines().length < 2000 && Date.now() < until; ) await sleep(10);
  assert.equal(lines().length, 2000);
  child.stderr!.pause();
  await askAll();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

it('the log is JSON to the end of a server', async () => {
  const server = await SpawnedServer.start();
  await server.stop();
  const said = server.output.split('\n').filter((line) => line !== '' && !/^(?:#|export )/.test(line));
  assert.deepEqual(
    said.map((line) => ({ ...JSON.parse(line), time: 0 })),
    [{ level: 30, time: 0, signal: 'SIGTERM', msg: 'answering what is in flight' }],
  );
});

describe('the operator’s page', () => {
  it('lists every metric, and no other', async () => {
    const server = await testServer({ 'trace-endpoint': 'http://127.0.0.1:1' });
    const text = await (await fetch(`${server.url}/_bulwark/metrics`)).text();
    const served = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
    const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'operating.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name!);
    assert.deepEqual(listed.sort(), served.sort());
  });

  it('says the limits that hold', () => {
    const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'operating.md'), 'utf8');
    const { maxRequests, maxConnections, maxConnectionsPerClient, maxQueryBytes, maxHeaderCount } = defaultLimits;
    const { maxConnections: configured, maxConnectionsPerClient: perClient } = readConfig({}, {});
    assert.deepEqual([configured, perClient], [maxConnections, maxConnectionsPerClient]);
    for (const limit of [
      maxRequests,
      configured,
      perClient,
      maxQueryBytes,
      maxHeaderCount,
      defaultQueueLimits.maxCommits,
    ]) {
      assert.ok(page.includes(limit.toLocaleString('en')), String(limit));
    }
  });
});
