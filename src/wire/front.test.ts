import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { HttpServer } from './http-server.ts';
import { defaultLimits } from './limits.ts';
import { splitTarget } from './request-head.ts';

/** What a server understood of one request. */
type Understood = readonly [method: string, target: string, header: string, body: string];

const ours: Understood[] = [];
const theirs: Understood[] = [];

/** node:http leaves absolute targets as they are. */
const targetOf = (url: string): string => {
  const target = splitTarget(url);
  if (!target) return url;
  return target.query === '' ? target.path : `${target.path}?${target.query}`;
};

const reference = createServer({ requireHostHeader: true }, (message, response) => {
  let body = '';
  message.setEncoding('latin1');
  message.on('data', (chunk: string) => {
    body += chunk;
  });
  message.on('end', () => {
    theirs.push([message.method!, targetOf(message.url!), String(message.headers['x-h'] ?? ''), body]);
    response.end();
  });
});
const front = new HttpServer({
  handler: ({ method, path, query, headers, body }) => {
    ours.push([method, query === '' ? path : `${path}?${query}`, headers['x-h'] ?? '', body.toString('latin1')]);
    return { status: 200, headers: {}, body: '' };
  },
  limits: defaultLimits,
  report: assert.ifError,
});
let ports: readonly [number, number];
before(async () => {
  await new Promise<void>((resolve) => reference.listen(0, '127.0.0.1', resolve));
  ports = [(await front.listen(0, '127.0.0.1')).port, (reference.address() as AddressInfo).port];
});
after(async () => {
  reference.close();
  await front.close();
});

/** Sends bytes and the end of the stream, and waits until the server ends it too. */
const send = (port: number, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(bytes));
    socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });

const requests = [
  'POST /a?b HTTP/1.1\r\nHost: h\r\nX-H: one\r\nContent-Length: 4\r\n\r\nbody',
  'POST / HTTP/1.1\r\nHost: h\r\nx-h: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;e=f\r\nd\r\n0\r\nT: v\r\n\r\n',
  'GET http://h/x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nX-H:\t a b \r\n\r\n',
];
/** Where framings differ between servers, they differ at these. */
const pieces = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  ':',
  ';',
  ',',
  '0',
  '1',
  'a',
  '\x0b',
  '\x80',
  '\r\n\r\n',
  '0\r\n\r\n',
]
  .concat(['Content-Length: 4\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: i\r\n'])
  .concat(['Transfer-Encoding: identity\r\n', 'Connection: close\r\n', ' chunked', 'HTTP/1.0', '+', '-', '0x', '_']);

/** Deterministic, so that a failure can be looked at. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const mutated = (seed: number): string => {
  const random = randomFrom(seed);
  let text = `${requests[random(requests.length)]}${requests[random(requests.length)]}`;
  for (let change = 1 + random(2); change > 0; change--) {
    const at = random(text.length);
    text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(3));
  }
  return text;
};

test('what the front understands, node:http understands likewise: no request is smuggled between them', async () => {
  let served = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const text = mutated(seed);
    ours.length = 0;
    theirs.length = 0;
    await Promise.all(ports.map((port) => send(port, Buffer.from(text, 'latin1'))));
    served += ours.length;
    assert.deepEqual(ours.map(String), theirs.slice(0, ours.length).map(String), JSON.stringify(text));
  }
  assert.ok(served > 1500, `${served}`);
});

test('a request in single bytes is the same request', async () => {
  for (const text of requests) {
    ours.length = 0;
    await new Promise<void>((resolve) => {
      const socket = connect({ port: ports[0], host: '127.0.0.1', noDelay: true }, async () => {
        for (const byte of Buffer.from(text)) {
          socket.write(Buffer.of(byte));
          await new Promise((turn) => setImmediate(turn));
        }
        socket.end();
      });
      socket.resume();
      socket.on('close', () => resolve());
    });
    const whole = [...ours];
    ours.length = 0;
    await send(ports[0], Buffer.from(text));
    assert.deepEqual(whole, ours);
    assert.equal(whole.length, 1);
  }
});
