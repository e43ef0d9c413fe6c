import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Origin } from '../kernel/call.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { type Handler, HttpServer } from './http-server.ts';
import { defaultLimits, type Limits } from './limits.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const answer = (body: string, status = 200): HttpResponse => ({ status, headers: { 'x-test': 'yes' }, body });

const serve = async (handler: Handler, limits: Partial<Limits> = {}) => {
  const reported: unknown[] = [];
  const server = new HttpServer({
    handler,
    limits: { ...defaultLimits, closeGraceMs: 300, ...limits },
    report: (error) => reported.push(error),
  });
  const { port } = await server.listen(0, '127.0.0.1');
  open.push(server);
  return { server, port, reported };
};

/** A raw connection: everything that came back so far, and a promise for its end. */
const dial = async (port: number, ...writes: (string | Buffer)[]) => {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  await new Promise((resolve) => socket.once('connect', resolve));
  open.push({ close: () => socket.destroy() });
  for (const piece of writes) socket.write(piece);
  return { socket, ended, text: () => text };
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 400; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('it did not happen within two seconds');
};

/** Lets what was written arrive before what is written next. */
const apart = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

const count = (text: string, part: string): number => text.split(part).length - 1;
const post = (body: string, ...headers: string[]) =>
  `${['POST / HTTP/1.1', 'Host: h', ...headers, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`;
const get = (target: string, ...headers: string[]) =>
  `${[`GET ${target} HTTP/1.1`, 'Host: h', ...headers].join('\r\n')}\r\n\r\n`;
const echo: Handler = ({ body }) => answer(body.toString());

test('hands the handler the request as it was sent', async () => {
  let seen: [HttpRequest, Origin] | undefined;
  const { port } = await serve((request, origin) => {
    seen = [request, origin];
    return answer('ok');
  });
  const sent = 'POST /a%20b?c=d%2Fe HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nx-one: 2\r\nUser-Agent: me\r\nReferer: r\r\n';
  const { text } = await dial(port, `${sent}Content-Length: 4\r\n\r\nbody`);
  await until(() => text().includes('ok'));
  const [request, origin] = seen!;
  assert.deepEqual([request.method, request.path, request.query], ['POST', '/a%20b', 'c=d%2Fe']);
  assert.equal(request.body.toString(), 'body');
  assert.equal(request.headers['x-one'], '1,2');
  assert.deepEqual(origin, { sourceIp: '127.0.0.1', userAgent: 'me', secure: false, referer: 'r' });
  assert.match(text(), /^HTTP\/1\.1 200 OK\r\nx-test: yes\r\nContent-Length: 2\r\n/);
});

test('reads bodies in pieces and in chunks', async () => {
  const { port } = await serve(echo);
  const { socket, text } = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nab');
  await until(() => socket.bytesWritten > 0);
  await new Promise((resolve) => setTimeout(resolve, 10));
  socket.write('cd');
  await new Promise((resolve) => setTimeout(resolve, 10));
  socket.write('ef');
  await until(() => text().includes('abcdef'));
  socket.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nghi\r\n2\r\njk\r\n0\r\n\r\n');
  await until(() => text().includes('ghijk'));
});

test('answers pipelined requests in their order, whichever is ready first', async () => {
  const waiting: (() => void)[] = [];
  const { port } = await serve(({ path }) =>
    path === '/slow' ? new Promise((resolve) => waiting.push(() => resolve(answer('slow')))) : answer('fast'),
  );
  const { text } = await dial(port, get('/slow') + get('/fast'));
  await until(() => waiting.length === 1);
  waiting[0]!();
  await until(() => text().includes('fast'));
  assert.ok(text().indexOf('slow') < text().indexOf('fast'));
});

test('HEAD has the length and no body', async () => {
  const { port } = await serve(() => answer('12345'));
  const { ended } = await dial(port, 'HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  const text = await ended;
  assert.match(text, /Content-Length: 5/);
  assert.ok(text.endsWith('\r\n\r\n'));
});

test('a handler that throws is a bug: 500 without a message, and the server lives', async () => {
  const bug = new Error('secret detail');
  const { port, reported } = await serve(({ path }) => {
    if (path === '/later') return Promise.reject(bug);
    throw bug;
  });
  const { text } = await dial(port, get('/') + get('/later'));
  await until(() => count(text(), 'HTTP/1.1 500') === 2);
  assert.doesNotMatch(text(), /secret/);
  assert.match(text(), /x-amzn-RequestId: [0-9a-f-]{36}/);
  assert.deepEqual(reported, [bug, bug]);
});

test('an answer that HTTP cannot carry is a bug, cuts its connection, and the server lives', async () => {
  const { port, reported } = await serve(({ path }) => ({ ...answer('x'), headers: { a: path === '/' ? 'b' : '\n' } }));
  assert.equal(await (await dial(port, get('/bad'))).ended, '');
  assert.equal(reported.length, 1);
  assert.match(await (await dial(port, get('/', 'Connection: close'))).ended, /^HTTP\/1\.1 200/);
});

const malformed: readonly { name: string; bytes: string; status: number }[] = [
  { name: 'no HTTP at all', bytes: '\x16\x03\x01 hello\r\n\r\n', status: 400 },
  { name: 'no Host', bytes: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', status: 400 },
  { name: 'an unknown version', bytes: 'GET / HTTP/9.9\r\nHost: h\r\n\r\n', status: 400 },
  { name: 'a space before the colon', bytes: 'GET / HTTP/1.1\r\nHost : h\r\n\r\n', status: 400 },
  { name: 'a bare line feed in the head', bytes: 'GET / HTTP/1.1\nHost: h\n\n', status: 400 },
  { name: 'a folded header', bytes: 'GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n', status: 400 },
  { name: 'a NUL in a header', bytes: 'GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n', status: 400 },
  {
    name: 'two lengths',
    bytes: 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    status: 400,
  },
  {
    name: 'a length and chunks',
    bytes: 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 400,
  },
  {
    name: 'an encoding after chunked',
    bytes: 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    status: 400,
  },
  { name: 'a negative length', bytes: 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', status: 400 },
  {
    name: 'a malformed chunk',
    bytes: 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n',
    status: 400,
  },
  ...['\n', '\r', '\0'].map((character) => ({
    name: `a chunk extension with ${JSON.stringify(character)}`,
    bytes: `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a="${character}"\r\nabcde\r\n0\r\n\r\n`,
    status: 400,
  })),
  { name: 'a target in no known form', bytes: 'GET x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', status: 400 },
  { name: 'OPTIONS *', bytes: 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', status: 400 },
  ...['Host', 'Authorization', 'X-Amz-Date', 'X-Amz-Target', 'X-Amz-Security-Token', 'Content-Type'].map((name) => ({
    name: `${name} twice`,
    bytes: `GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${name}: a\r\n${name}: b\r\n\r\n`,
    status: 400,
  })),
  {
    name: 'too many headers',
    bytes: `GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${'a: b\r\n'.repeat(200)}\r\n`,
    status: 431,
  },
  { name: 'too large a head', bytes: `GET / HTTP/1.1\r\nHost: h\r\na: ${'b'.repeat(40_000)}\r\n\r\n`, status: 431 },
  {
    name: 'a query of 15,871 bytes',
    bytes: `GET /?${'q'.repeat(15_871)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
    status: 400,
  },
];

for (const { name, bytes, status } of malformed) {
  test(`refuses ${name} with ${status}, no body, and closes`, async () => {
    let handled = 0;
    const { port } = await serve(() => {
      handled += 1;
      return answer('ok');
    });
    const text = await (await dial(port, bytes)).ended;
    assert.equal(text.slice(0, 12), `HTTP/1.1 ${status}`);
    assert.match(text, /\r\nx-amzn-RequestId: [0-9a-f-]{36}\r\n.*\r\n\r\n$/s);
    assert.equal(handled, 0);
    const after = await dial(port, get('/', 'Connection: close'));
    assert.match(await after.ended, /^HTTP\/1\.1 200/);
  });
}

test('a query of 15,870 bytes is served', async () => {
  const { port } = await serve(({ query }) => answer(String(query.length)));
  assert.match(await (await dial(port, get(`/?${'q'.repeat(15_870)}`, 'Connection: close'))).ended, /15870$/);
});

test('garbage behind a request waits for its answer, then closes', async () => {
  let finish = () => {};
  const { port } = await serve(
    () =>
      new Promise((resolve) => {
        finish = () => resolve(answer('served'));
      }),
  );
  const { ended } = await dial(port, `${get('/')}\x01garbage\r\n\r\n`);
  await new Promise((resolve) => setTimeout(resolve, 30));
  finish();
  const text = await ended;
  assert.equal(count(text, 'HTTP/1.1'), 1);
  assert.match(text, /^HTTP\/1\.1 200.*served$/s);
});

const limits = { maxBodyBytes: 100, maxFormBytes: 1000, maxDrainBytes: 5000 };
const form = 'Content-Type: application/x-www-form-urlencoded; charset=utf-8';

test('bodies up to the limit are served, forms up to theirs', async () => {
  const { port } = await serve(({ body }) => answer(`got ${body.length}`), limits);
  const { text } = await dial(port, post('x'.repeat(100)), post('x'.repeat(1000), form));
  await until(() => text().includes('got 100') && text().includes('got 1000'));
});

test('a larger body is 413 without a body, and the connection goes on', async () => {
  const { port } = await serve(({ body }) => answer(`got ${body.length}`), limits);
  const chunks = `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${`40\r\n${'x'.repeat(64)}\r\n`.repeat(3)}0\r\n\r\n`;
  const { text } = await dial(port, post('x'.repeat(101)), post('x'.repeat(1001), form), chunks, post('ok'));
  await until(() => text().includes('got 2'));
  assert.equal(count(text(), 'HTTP/1.1 413'), 3);
  assert.equal(count(text(), 'got'), 1);
});

test('what arrives is copied a few times, however much of it comes at once', async (t) => {
  const bytes = 60_000_000;
  const { port } = await serve(({ body }) => answer(String(body.length)));
  let joined = 0;
  const { concat } = Buffer;
  t.mock.method(Buffer, 'concat', (list: readonly Uint8Array[], length?: number) => {
    const whole = concat(list, length);
    joined += whole.length;
    return whole;
  });
  const head = `POST /2015-03-31/functions HTTP/1.1\r\nHost: h\r\nContent-Length: ${bytes}\r\n\r\n`;
  // On a thread of its own it sends faster than the server reads.
  const sender = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const socket = require('node:net').connect(${port}, '127.0.0.1');
     socket.on('data', (chunk) => parentPort.postMessage(chunk.toString()));
     socket.write(${JSON.stringify(head)});
     socket.write(Buffer.alloc(${bytes}));`,
    { eval: true },
  );
  open.push({ close: () => sender.terminate() });
  const [text] = await once(sender, 'message');
  assert.match(text, new RegExp(`${bytes}$`));
  assert.ok(joined < 2 * bytes, `${joined} bytes were joined`);
});

test('a body without end is 413 and cut', async () => {
  const { port } = await serve(echo, limits);
  const { ended, socket } = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
  const pump = setInterval(() => socket.write(`400\r\n${'x'.repeat(1024)}\r\n`), 1);
  try {
    assert.match(await ended, /^HTTP\/1\.1 413/);
  } finally {
    clearInterval(pump);
  }
});

test('memory for bodies in pieces is bounded over all connections, and given back', async () => {
  const { port } = await serve(({ body }) => answer(`got ${body.length}`), {
    maxBufferedBytes: 200,
    maxArrivingBytesPerClient: 200,
    reservedBytes: 0,
  });
  const slow = async () => {
    const dialled = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 90\r\n\r\n');
    for (let sent = 0; sent < 2; sent += 1) {
      dialled.socket.write('x'.repeat(40));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return dialled;
  };
  const [one, two, three] = [await slow(), await slow(), await slow()];
  for (const { socket } of [one, two]) socket.write('x'.repeat(10));
  await until(() => one.text().includes('got 90') && two.text().includes('got 90'));
  three.socket.write('x'.repeat(10));
  await until(() => three.text().startsWith('HTTP/1.1 503'));
  const four = await slow();
  four.socket.write('x'.repeat(10));
  await until(() => four.text().includes('got 90'));
});

test('what arrives slowly leaves memory to requests that arrive at once', async () => {
  const limits = { maxBufferedBytes: 300, maxArrivingBytesPerClient: 300, reservedBytes: 100 };
  const { server, port } = await serve(({ body }) => answer(`got ${body.length}`), limits);
  await dial(port, `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n${'x'.repeat(200)}`);
  const second = await dial(port, `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx`);
  await apart();
  second.socket.write('x'.repeat(8));
  await until(() => second.text().startsWith('HTTP/1.1 503'));
  const whole = await dial(port, post('x'.repeat(90)));
  await until(() => whole.text().includes('got 90'));
  assert.equal(server.figures.shed, 1);
});

test('the requests of one client do not take all memory while they arrive', async () => {
  const { port } = await serve(echo, { maxBufferedBytes: 300, maxArrivingBytesPerClient: 100, reservedBytes: 0 });
  const upload = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n';
  await dial(port, upload + 'x'.repeat(60));
  const sameClient = await dial(port, upload + 'x'.repeat(60));
  await apart();
  sameClient.socket.write('x'.repeat(40));
  await until(() => sameClient.text().startsWith('HTTP/1.1 503'));
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  open.push({ close: () => other.destroy() });
  let text = '';
  other.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  other.write(upload + 'x'.repeat(60));
  await apart();
  other.write('x'.repeat(40));
  await until(() => text.startsWith('HTTP/1.1 200'));
});

test('a buffer that grows is paid for as it is, and the first piece too', async () => {
  const limits = { maxBufferedBytes: 1000, maxArrivingBytesPerClient: 1000, reservedBytes: 0 };
  const { port } = await serve(echo, limits);
  const { socket, text } = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `190\r\n${'x'.repeat(400)}\r\n`;
  for (let sent = 0; sent < 3; sent += 1) {
    socket.write(chunk);
    await apart();
  }
  socket.write('0\r\n\r\n');
  await until(() => text().startsWith('HTTP/1.1 503'));
});

test('heads that do not end are bounded in memory, and given back', async () => {
  const { server, port } = await serve(echo, {
    maxBufferedBytes: 500,
    maxArrivingBytesPerClient: 500,
    reservedBytes: 0,
  });
  const begun = `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(300)}`;
  const first = await dial(port, begun);
  await until(() => server.figures.connections === 1);
  await apart();
  const second = await dial(port, begun);
  assert.equal(await second.ended, '');
  assert.equal(server.figures.shed, 1);
  first.socket.write('\r\n\r\n');
  await until(() => first.text().startsWith('HTTP/1.1 200'));
  const third = await dial(port, begun);
  await apart();
  third.socket.write('\r\n\r\n');
  await until(() => third.text().startsWith('HTTP/1.1 200'));
});

test('memory of connections that are reset comes back, however many are read in one turn', async () => {
  const { server, port } = await serve(echo, {
    maxBufferedBytes: 300_000,
    maxArrivingBytesPerClient: 300_000,
    reservedBytes: 0,
  });
  const head = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n';
  for (let round = 0; round < 5; round += 1) {
    const dialled = await Promise.all(Array.from({ length: 120 }, () => dial(port, head)));
    await until(() => server.figures.connections === 120);
    for (const { socket } of dialled) {
      socket.write('x'.repeat(1000));
      socket.resetAndDestroy();
    }
    await until(() => server.figures.connections === 0);
  }
  const { socket, text } = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 250000\r\n\r\nx');
  await apart();
  socket.write('x'.repeat(249_999));
  await until(() => text().startsWith('HTTP/1.1 200'));
});

test('a request that had begun to arrive is answered, though nothing more may', async () => {
  const held: (() => void)[] = [];
  const wait: Handler = ({ path }) =>
    path === '/wait' ? new Promise((resolve) => held.push(() => resolve(answer('done')))) : answer('ok');
  const limits = { maxBufferedBytes: 300, maxArrivingBytesPerClient: 300, reservedBytes: 100 };
  const { server, port } = await serve(wait, limits);
  const slow = await dial(port, 'GET / HTTP/1.1\r\nHost: h\r\n');
  await until(() => server.figures.connections === 1);
  await apart();
  const whole = await dial(port, post('x'.repeat(250)).replace('POST / ', 'POST /wait '));
  await until(() => held.length === 1);
  slow.socket.write('\r\n');
  await until(() => slow.text().startsWith('HTTP/1.1 200'));
  held[0]!();
  await until(() => whole.text().includes('done'));
  assert.equal(server.figures.shed, 0);
});

test('refused bodies are counted', async () => {
  const { server, port } = await serve(echo, { maxBodyBytes: 10 });
  const { text } = await dial(port, post('x'.repeat(11)));
  await until(() => text().startsWith('HTTP/1.1 413'));
  assert.equal(server.figures.malformed, 1);
});

test('Expect: 100-continue means nothing from HTTP/1.0', async () => {
  const { port } = await serve(echo);
  const { socket, ended } = await dial(
    port,
    'POST / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
  );
  await apart();
  socket.write('body');
  assert.match(await ended, /^HTTP\/1\.1 200/);
});

test('a target in absolute form needs no path', async () => {
  const { port } = await serve(({ path, query }) => answer(`${path} ${query}`));
  const { text } = await dial(port, get('http://h'), get('http://h?a=b'));
  await until(() => count(text(), 'HTTP/1.1 200') === 2);
  assert.match(text(), /\r\n\r\n\/ HTTP.*\r\n\r\n\/ a=b$/s);
});

test('Expect: 100-continue is answered before the body is sent, unless it would be refused', async () => {
  const { port } = await serve(echo, limits);
  const { socket, text } = await dial(
    port,
    'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
  );
  await until(() => text().startsWith('HTTP/1.1 100'));
  socket.write('body');
  await until(() => text().includes('body'));
  const large = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n');
  await until(() => large.text() !== '');
  assert.match(large.text(), /^HTTP\/1\.1 413/);
});

test('a head or a body that does not arrive in time is 408 and closed', async () => {
  const { port } = await serve(echo, { headersTimeoutMs: 60, requestTimeoutMs: 120 });
  const [head, body] = [
    await dial(port, 'GET / HTTP/1.1\r\nHos'),
    await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nb'),
  ];
  for (const { ended } of [head, body]) assert.match(await ended, /^HTTP\/1\.1 408/);
});

test('an idle connection is closed', async () => {
  const { port } = await serve(echo, { keepAliveTimeoutMs: 30 });
  const { ended } = await dial(port, get('/'));
  assert.match(await ended, /^HTTP\/1\.1 200/);
});

test('close answers what is in flight with Connection: close, and closes the rest', async () => {
  let finish = () => {};
  const { server, port } = await serve(({ path }) =>
    path === '/slow'
      ? new Promise((resolve) => {
          finish = () => resolve(answer('slow'));
        })
      : answer('fast'),
  );
  const idle = await dial(port, get('/'));
  const silent = await dial(port);
  const busy = await dial(port, get('/slow'));
  const half = await dial(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo');
  const pipelined = await dial(port, get('/slow') + get('/fast'));
  await until(() => idle.text() !== '');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const finishPipelined = finish;
  const closed = server.close();
  await Promise.all([idle.ended, silent.ended]);
  await assert.rejects(
    new Promise((resolve, reject) => connect(port, '127.0.0.1', resolve as never).on('error', reject)),
  );
  half.socket.write('dy');
  finishPipelined();
  assert.match(await half.ended, /Connection: close.*fast$/s);
  assert.match(await pipelined.ended, /slow.*fast$/s);
  busy.socket.destroy();
  await closed;
});

test('close answers what has arrived and was not read yet', async () => {
  const { server, port } = await serve(({ path }) => answer(path));
  const { socket, ended, text } = await dial(port, get('/first'));
  await until(() => text() !== '');
  socket.write(get('/second'));
  await server.close();
  assert.match(await ended, /\/first.*Connection: close.*\/second$/s);
});

test('close cuts connections after the grace period', async () => {
  const { server, port } = await serve(() => new Promise(() => {}), { closeGraceMs: 50 });
  const { ended } = await dial(port, get('/'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.close();
  assert.equal(await ended, '');
});

test('a client that goes away while it is served does no harm', async () => {
  let finish = () => {};
  const { port } = await serve(({ path }) =>
    path === '/'
      ? answer('ok')
      : new Promise((resolve) => {
          finish = () => resolve(answer('late'));
        }),
  );
  const { socket, ended } = await dial(port, get('/slow'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  await ended;
  finish();
  const text = await (await dial(port, get('/', 'Connection: close'))).ended;
  assert.match(text, /ok$/);
});

test('header names that objects inherit are plain headers', async () => {
  let headers: HttpRequest['headers'] = {};
  const { port } = await serve((request) => {
    headers = request.headers;
    return answer('ok');
  });
  await (await dial(port, get('/', '__proto__: p', 'constructor: c', 'Set-Cookie: s', 'Connection: close'))).ended;
  assert.deepEqual(
    [Object.getOwnPropertyDescriptor(headers, '__proto__')?.value, headers.constructor, headers['set-cookie']],
    ['p', 'c', 's'],
  );
});

test('a keep-alive agent is served over one connection', async () => {
  const { port } = await serve(echo);
  const status = await new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST' }, (received) => {
      received.resume();
      resolve(received.statusCode);
    });
    sent.on('error', reject);
    sent.end('hello');
  });
  assert.equal(status, 200);
});

test('serves connections that another listener has accepted, as many as it may, and ends them like its own', async () => {
  const limits = { ...defaultLimits, maxConnections: 2, closeGraceMs: 30_000 };
  const server = new HttpServer({ handler: echo, limits, report: assert.ifError });
  const acceptor = createServer(server.taker());
  await new Promise<void>((resolve) => acceptor.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => acceptor.close() });
  const { port } = acceptor.address() as AddressInfo;
  const first = await dial(port, post('one'));
  await until(() => first.text().includes('one'));
  first.socket.end(post('and its last words'));
  await first.ended;
  assert.match(first.text(), /and its last words$/);
  const two = [await dial(port, post('two')), await dial(port)];
  await until(() => two[0]!.text().includes('two') && server.figures.connections === 2);
  const third = await dial(port, post('three'));
  assert.equal(await third.ended, '');
  assert.equal(server.figures.refusedFull, 1);
  await server.close();
  for (const { ended } of two) await ended;
});
