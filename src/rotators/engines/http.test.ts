import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { LoginRefused } from './engine.ts';
import { http } from './http.ts';

const users = new Map([['app', 'first']]);
const endpoint = createServer(async (request, answer) => {
  const [, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const [user = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  if (request.url === '/moved') return answer.writeHead(302, { Location: '/' }).end();
  if (!users.has(user) || users.get(user) !== password) return answer.writeHead(401).end();
  if (request.method === 'POST') {
    const given = (await json(request)) as { username: string; password: string };
    users.set(given.username, given.password);
  }
  answer.writeHead(204).end();
});
await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
after(() => endpoint.close());
const host = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
const secret = { engine: 'http', host, username: 'app', password: 'first' };

describe('credentials of an HTTP endpoint', () => {
  it('are changed by the user itself, and those before are refused', async () => {
    await (await http.login(secret)).changeOwnPassword('app', 'second', 'first');
    await assert.rejects(http.login(secret), LoginRefused);
    await http.login({ ...secret, password: 'second' });
  });

  it('are made for another user', async () => {
    await (await http.login({ ...secret, password: 'second' })).makeAlike('app_clone', 'third', 'app');
    await http.login({ ...secret, username: 'app_clone', password: 'third' });
  });

  it('are not sent on to where an endpoint redirects, nor to what is no HTTP URL', async () => {
    await assert.rejects(http.login({ ...secret, host: `${host}moved`, password: 'second' }));
    await assert.rejects(http.login({ ...secret, host: 'file:///etc/passwd' }), /no HTTP URL/);
  });
});
