import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { readTogether } from './read-socket.ts';

const server = createServer({ allowHalfOpen: true });
before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => server.close());

/** Both ends of a connection; one at a time. */
const pair = async (): Promise<readonly [client: Socket, served: Socket]> => {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return [client, (await accepted)[0]];
};

test('gives each connection the bytes that were sent on it, in bytes that nobody else writes to', async () => {
  const ends = [];
  for (let connection = 0; connection < 8; connection++) {
    const [client, served] = await pair();
    const chunks: Buffer[] = [];
    const reads = readTogether(served, (chunk) => chunks.push(chunk));
    assert.ok(reads, 'the Node that is pinned has the fields');
    ends.push({ client, served, chunks, sent: randomBytes(300_000) });
  }
  await Promise.all(
    ends.map(async ({ client, served, sent }) => {
      client.resume().end(sent);
      await once(served, 'end');
      served.end();
    }),
  );
  for (const { chunks, sent } of ends) assert.ok(Buffer.concat(chunks).equals(sent), `${chunks.length} chunks`);
});

test('a paused socket is not read from', async () => {
  const [client, served] = await pair();
  let received = '';
  readTogether(served, (chunk) => {
    received += chunk.toString('latin1');
    served.pause();
  });
  client.write('first');
  while (received === '') await new Promise(setImmediate);
  client.write('second');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(received, 'first');
  served.resume();
  while (received === 'first') await new Promise(setImmediate);
  assert.equal(received, 'firstsecond');
  client.destroy();
  served.destroy();
});

test('leaves a socket alone that has no such fields', () => {
  const stranger = { resume: () => assert.fail('it was read from') } as unknown as Socket;
  assert.equal(
    readTogether(stranger, () => {}),
    false,
  );
});
