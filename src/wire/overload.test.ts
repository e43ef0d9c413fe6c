import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { clientOf } from './clients.ts';
import type { HttpResponse } from './http-message.ts';
import { type Handler, HttpServer } from './http-server.ts';
import { defaultLimits, type Limits } from './limits.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const serve = async (handler: Handler, limits: Partial<Limits> = {}) => {
  const server = new HttpServer({
    handler,
    limits: { ...defaultLimits, closeGraceMs: 100, ...limits },
    report: assert.ifError,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  open.push(server);
  return { server, port };
};

const dial = (port: number) => {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  let ended = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  open.push({ close: () => socket.destroy() });
  return { socket, text: () => text, ended: () => ended };
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 600; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('it did not happen within three seconds');
};

const answer = (status: number): HttpResponse => ({ status, headers: {}, body: String(status) });
const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const post = (bytes: number): string =>
  `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`;

/** A handler that answers when told, 503 at once where it is overloaded, and knows how many it works on. */
const waiting = () => {
  const held: (() => void)[] = [];
  const handler: Handler = (_request, _origin, overloaded) =>
    overloaded ? answer(503) : new Promise((resolve) => held.push(() => resolve(answer(200))));
  return { held, handler, release: () => held.splice(0).forEach((go) => void go()) };
};

describe('a listener', () => {
  it('works on one request of a connection at a time, however many are pipelined', async () => {
    const { held, handler, release } = waiting();
    const { server, port } = await serve(handler);
    const { socket, text } = dial(port);
    socket.write(get.repeat(2000));
    for (let round = 0; round < 20; round++) {
      await until(() => held.length > 0);
      assert.deepEqual([held.length, server.figures.inFlight], [1, 1]);
      release();
    }
    await until(() => text().split('HTTP/1.1 200').length > 20);
  });

  it('tells the handler of requests beyond the limit, and takes more when others are answered', async () => {
    const { held, handler, release } = waiting();
    const { server, port } = await serve(handler, { maxRequests: 2 });
    const clients = [dial(port), dial(port), dial(port)];
    for (const { socket } of clients) socket.write(get);
    await until(() => held.length === 2 && clients.some(({ text }) => text().includes('HTTP/1.1 503')));
    assert.deepEqual([server.figures.inFlight, server.figures.shed], [2, 1]);
    release();
    await until(() => clients.filter(({ text }) => text().includes('HTTP/1.1 200')).length === 2);
    assert.equal(server.figures.inFlight, 0);
    clients.find(({ text }) => text().includes('503'))!.socket.write(get);
    await until(() => held.length === 1);
  });

  it('bounds the memory of bodies that are worked on', async () => {
    const { held, handler, release } = waiting();
    const { port } = await serve(handler, { maxBufferedBytes: 100_000 });
    const [first, second] = [dial(port), dial(port)];
    first.socket.write(post(60_000));
    await until(() => held.length === 1);
    second.socket.write(post(60_000));
    await until(() => second.text().includes('HTTP/1.1 503'));
    release();
    await until(() => first.text().includes('HTTP/1.1 200'));
    second.socket.write(post(60_000));
    await until(() => held.length === 1);
  });

  it('counts a request whose client went away until its work ends', async () => {
    const { held, handler, release } = waiting();
    const { server, port } = await serve(handler);
    const { socket } = dial(port);
    socket.write(get);
    await until(() => held.length === 1);
    socket.resetAndDestroy();
    await until(() => server.figures.connections === 0);
    assert.equal(server.figures.inFlight, 1);
    release();
    await until(() => server.figures.inFlight === 0);
  });

  it('closes connections beyond those of one client at once, and takes new ones when old ones end', async () => {
    const { server, port } = await serve(() => answer(200), { maxConnectionsPerClient: 2 });
    const first = dial(port);
    dial(port);
    await until(() => server.figures.connections === 2);
    const third = dial(port);
    await until(third.ended);
    assert.deepEqual([server.figures.refusedClient, server.figures.clients], [1, 1]);
    first.socket.destroy();
    await until(() => server.figures.connections === 1);
    const fourth = dial(port);
    fourth.socket.write(get);
    await until(() => fourth.text().includes('HTTP/1.1 200'));
  });

  it('closes connections beyond its own number', async () => {
    const { server, port } = await serve(() => answer(200), { maxConnections: 1 });
    dial(port);
    await until(() => server.figures.connections === 1);
    await until(dial(port).ended);
    assert.equal(server.figures.refusedFull, 1);
  });

  it('cuts a client that asks and asks and does not read the answers', async () => {
    const large: HttpResponse = { status: 200, headers: {}, body: 'x'.repeat(1_000_000) };
    let answered = 0;
    const { server, port } = await serve(
      () => {
        answered++;
        return large;
      },
      { keepAliveTimeoutMs: 200 },
    );
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.pause();
    socket.write(get.repeat(500));
    await until(() => answered > 0 && server.figures.connections === 0);
    assert.ok(answered < 100, `${answered} answers in memory`);
    socket.destroy();
  });

  it('counts requests that it refuses below the protocols', async () => {
    const { server, port } = await serve(() => answer(200));
    const { socket, text } = dial(port);
    socket.write('NONSENSE\r\n\r\n');
    await until(() => text().includes('HTTP/1.1 400'));
    assert.equal(server.figures.malformed, 1);
  });
});

describe('a client', () => {
  for (const [address, client] of [
    ['127.0.0.1', '127.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const) {
    it(`of ${address || 'no address'} is ${client || 'no address'}`, () => {
      assert.equal(clientOf(address), client);
    });
  }
});
