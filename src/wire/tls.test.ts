import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import type { Origin } from '../kernel/call.ts';
import { HttpServer } from './http-server.ts';
import { defaultLimits } from './limits.ts';
import { generateTlsIdentity, readTlsIdentity, type TlsIdentity } from './tls.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-tls-'));
after(() => rmSync(directory, { recursive: true }));

const getOnce = async (tls: TlsIdentity, ca: string | undefined, host = 'localhost') => {
  let seen: Origin | undefined;
  const server = new HttpServer({
    handler: (_request, origin) => {
      seen = origin;
      return { status: 200, headers: {}, body: 'ok' };
    },
    limits: { ...defaultLimits, closeGraceMs: 100 },
    tls,
    report: assert.ifError,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  try {
    const status = await new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', servername: host, port, ...(ca && { ca }), agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject);
      sent.end();
    });
    return { status, secure: seen?.secure };
  } finally {
    await server.close();
  }
};

test('a client that trusts the generated CA is served over TLS, another one refuses', async () => {
  const { identity, caCertificate } = await generateTlsIdentity(undefined, ['kms.internal']);
  assert.deepEqual(await getOnce(identity, caCertificate), { status: 200, secure: true });
  assert.deepEqual(await getOnce(identity, caCertificate, 'kms.internal'), { status: 200, secure: true });
  await assert.rejects(getOnce(identity, undefined), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  await assert.rejects(getOnce(identity, caCertificate, 'other.internal'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('CA and identity stay the same over restarts; their keys are for the owner only', async () => {
  const first = await generateTlsIdentity(directory, ['10.0.0.7']);
  assert.deepEqual(await generateTlsIdentity(directory, ['10.0.0.7']), first);
  const files = readdirSync(join(directory, 'tls')).sort();
  assert.deepEqual(files, ['ca.key', 'ca.pem', 'server.key', 'server.pem']);
  for (const file of files.filter((name) => name.endsWith('.key'))) {
    assert.equal(statSync(join(directory, 'tls', file)).mode & 0o777, 0o600);
  }
});

test('a further name renews the certificate under the same CA', async () => {
  const before = await generateTlsIdentity(directory, []);
  const renewed = await generateTlsIdentity(directory, ['new.internal', '0.0.0.0']);
  assert.equal(renewed.caCertificate, before.caCertificate);
  assert.notEqual(renewed.identity.cert, before.identity.cert);
  const leaf = new X509Certificate(renewed.identity.cert);
  assert.ok(leaf.checkHost('new.internal') && leaf.checkIP('127.0.0.1') && !leaf.checkIP('0.0.0.0'));
  assert.ok(leaf.verify(new X509Certificate(renewed.caCertificate).publicKey));
});

test("an operator's own certificate is taken only with its own key", async () => {
  const [one, other] = await Promise.all([generateTlsIdentity(undefined, []), generateTlsIdentity(undefined, [])]);
  const [cert, key, wrong] = ['own.pem', 'own.key', 'wrong.key'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(cert, one.identity.cert);
  writeFileSync(key, one.identity.key);
  writeFileSync(wrong, other.identity.key);
  assert.deepEqual(readTlsIdentity(cert, key), one.identity);
  assert.throws(() => readTlsIdentity(cert, wrong));
});

test('bytes that are no TLS close the connection and nothing else', async () => {
  const { identity, caCertificate } = await generateTlsIdentity(undefined, []);
  const { connect } = await import('node:net');
  const server = new HttpServer({
    handler: () => ({ status: 200, headers: {}, body: '' }),
    limits: { ...defaultLimits, closeGraceMs: 100 },
    tls: identity,
    report: assert.ifError,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  await server.close();
  assert.deepEqual(await getOnce(identity, caCertificate), { status: 200, secure: true });
});

test('connections that shake hands, or have shaken hands and said nothing, end at once when the listener closes', async (t) => {
  const server = new HttpServer({
    handler: () => ({ status: 200, headers: {}, body: 'ok' }),
    limits: { ...defaultLimits, closeGraceMs: 30_000 },
    tls: (await generateTlsIdentity(undefined, [])).identity,
    report: assert.ifError,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  const silent = connect({ port, host: '127.0.0.1' });
  const halfway = connect({ port, host: '127.0.0.1' });
  // The beginning of a ClientHello, and no more.
  halfway.end(Buffer.from('160301', 'hex'));
  const idle = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const sockets = [silent, halfway, idle];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) socket.on('error', () => {}).resume();
  await once(idle, 'secureConnect');
  while (server.figures.connections < sockets.length) await nextTurn();
  const ended = Promise.all(sockets.map((socket) => once(socket, 'close')));
  const began = performance.now();
  await server.close();
  await ended;
  assert.ok(performance.now() - began < 10_000);
});

test('a handshake that does not end in time ends the connection, whatever it says meanwhile', async (t) => {
  const server = new HttpServer({
    handler: () => ({ status: 200, headers: {}, body: 'ok' }),
    limits: { ...defaultLimits, headersTimeoutMs: 500, closeGraceMs: 100 },
    tls: (await generateTlsIdentity(undefined, [])).identity,
    report: assert.ifError,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  const silent = connect({ port, host: '127.0.0.1' });
  const dripping = connect({ port, host: '127.0.0.1' });
  const shaken = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const sockets = [silent, dripping, shaken];
  for (const socket of sockets) socket.on('error', () => {});
  for (const socket of [silent, dripping]) socket.resume();
  const hello = Buffer.from('1603010200010001fc0303', 'hex');
  let sent = 0;
  const drip = setInterval(() => dripping.write(hello.subarray(sent, ++sent)), 30);
  t.after(() => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  });
  const closed = Promise.all([silent, dripping].map((socket) => once(socket, 'close')));
  await once(shaken, 'secureConnect');
  shaken.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.match(String(await once(shaken, 'data')), /^HTTP\/1\.1 200/);
  await closed;
  assert.equal(shaken.destroyed, false);
});
