import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { account, allowing } from '../../src/testing/iam.ts';
import { testServer } from '../../src/testing/server.ts';
import { type Credentials, sign } from '../../src/testing/sign.ts';

/** Attacks on requests on their way: replays, presigned URLs, headers that nobody signed. */
const server = await testServer();
const host = `127.0.0.1:${server.port}`;
const alice = await server.user('alice', allowing('iam:ListUsers', 'kms:*'));
const scope = { region: 'us-east-1', service: 'iam' };
const form = 'application/x-www-form-urlencoded';
const listUsers = 'Action=ListUsers&Version=2010-05-08';

const signed = (body: string, more: Record<string, string> = {}, at?: Date, credentials: Credentials = alice) =>
  sign({ method: 'POST', path: '/', headers: { host, 'content-type': form, ...more }, body }, credentials, scope, at);

interface Sent {
  readonly status: number;
  readonly text: string;
}

/** Sends exactly these headers, which fetch would not: host among them, and some twice. */
const send = async (headers: readonly (readonly [string, string])[], body: string, path = '/', method = 'POST') => {
  const socket = connect(server.port, '127.0.0.1');
  const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  lines.push(`content-length: ${Buffer.byteLength(body)}`, 'connection: close');
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text } satisfies Sent;
};

const refused = ({ status, text }: Sent, code: string | RegExp): void => {
  assert.ok(status === 403 || status === 400, `${status} ${text}`);
  assert.match(text, typeof code === 'string' ? new RegExp(`<Code>${code}</Code>`) : code);
};

const entries = Object.entries;

test('a request as it was signed is answered, which the attacks below start from', async () => {
  assert.equal((await send(entries(signed(listUsers)), listUsers)).status, 200);
});

describe('a recorded request', () => {
  test('is not replayed with another body', async () => {
    const body = 'Action=ListRoles&Version=2010-05-08';
    refused(await send(entries(signed(listUsers)), body), 'SignatureDoesNotMatch');
    const claimed = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    refused(await send(entries({ ...signed(listUsers), ...claimed }), body), 'SignatureDoesNotMatch');
  });

  test('is not replayed at another host', async () => {
    const headers = { ...signed(listUsers), host: 'iam.amazonaws.com' };
    refused(await send(entries(headers), listUsers), 'SignatureDoesNotMatch');
  });

  test('is not replayed with another date, nor a quarter of an hour later', async () => {
    const later = {
      ...signed(listUsers),
      'x-amz-date': new Date(Date.now() + 60_000).toISOString().replace(/[-:]|\.\d{3}/g, ''),
    };
    refused(await send(entries(later), listUsers), 'SignatureDoesNotMatch');
    for (const minutes of [-16, 16]) {
      const at = new Date(Date.now() + minutes * 60_000);
      refused(await send(entries(signed(listUsers, {}, at)), listUsers), 'SignatureDoesNotMatch');
    }
  });

  test('is not replayed at another service, path or by another method', async () => {
    const headers = entries(signed(listUsers));
    refused(await send(headers, 'Action=GetCallerIdentity&Version=2011-06-15'), /SignatureDoesNotMatch|InvalidAction/);
    refused(await send(headers, listUsers, '/x'), /SignatureDoesNotMatch|InvalidAction/);
    assert.notEqual((await send(headers, '', `/?${listUsers}`, 'GET')).status, 200);
  });

  test('is not signed by the same key under another name', async () => {
    const headers = signed(listUsers);
    const other = {
      ...headers,
      authorization: headers.authorization!.replace(alice.accessKeyId, 'AKIATESTROOTACCESSKEY'),
    };
    refused(await send(entries(other), listUsers), 'SignatureDoesNotMatch');
  });
});

describe('headers that nobody signed', () => {
  test('choose no operation', async () => {
    const target = ['x-amz-target', 'TrentService.CreateKey'] as const;
    const { status, text } = await send([...entries(signed(listUsers)), target], listUsers);
    assert.ok(status !== 200 || text.includes('ListUsersResponse'), text);
  });

  test('bring no session token, no second date and no second host', async () => {
    const token = await server.client(STSClient, alice).send(new GetCallerIdentityCommand({}));
    assert.equal(token.Account, account);
    const extra = (name: string, value: string) => send([...entries(signed(listUsers)), [name, value]], listUsers);
    assert.notEqual((await extra('x-amz-security-token', 'AAAA')).status, 200);
    assert.notEqual((await extra('x-amz-date', '20200101T000000Z')).status, 200);
    assert.notEqual((await extra('host', 'iam.amazonaws.com')).status, 200);
    assert.notEqual((await extra('content-type', 'application/x-amz-json-1.1')).status, 200);
    assert.notEqual((await extra('authorization', signed(listUsers).authorization!)).status, 200);
    assert.notEqual((await extra('content-length', '5')).status, 200);
    assert.notEqual((await extra('transfer-encoding', 'chunked')).status, 200);
  });

  test('that are left out of the signature make it worthless where they must be in it', async () => {
    const headers = signed(listUsers);
    const without = (name: string): Record<string, string> => ({
      ...headers,
      authorization: headers.authorization!.replace(new RegExp(`(?<=SignedHeaders=[^,]*)${name};?`), ''),
    });
    for (const name of ['host', 'x-amz-date']) {
      assert.notEqual((await send(entries(without(name)), listUsers)).status, 200, name);
    }
  });

  test('carry no source address: policies see the connection’s', async () => {
    const office = {
      ...allowing('iam:ListUsers'),
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    };
    const outside = await server.user('outside', office);
    for (const name of [
      'x-forwarded-for',
      'x-real-ip',
      'true-client-ip',
      'x-client-ip',
      'cf-connecting-ip',
      'forwarded',
      'via',
    ]) {
      const value = name === 'forwarded' ? 'for=10.0.0.1' : '10.0.0.1';
      const unsigned = [...entries(signed(listUsers, {}, undefined, outside)), [name, value] as const];
      refused(await send(unsigned, listUsers), 'AccessDenied');
      refused(await send(entries(signed(listUsers, { [name]: value }, undefined, outside)), listUsers), 'AccessDenied');
    }
    const here = await server.user('here', {
      ...office,
      Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
    });
    assert.equal((await send(entries(signed(listUsers, {}, undefined, here)), listUsers)).status, 200);
  });
});

describe('a presigned URL', () => {
  /** @see AWS: "Authenticating requests: using query parameters" */
  const presigned = (expiresIn: number, at = new Date()): string => {
    const timestamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const scopeParts = [timestamp.slice(0, 8), 'us-east-1', 'iam', 'aws4_request'];
    const query = new URLSearchParams({
      Action: 'ListUsers',
      Version: '2010-05-08',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${alice.accessKeyId}/${scopeParts.join('/')}`,
      'X-Amz-Date': timestamp,
      'X-Amz-Expires': String(expiresIn),
      'X-Amz-SignedHeaders': 'host',
    });
    const canonical = ['GET', '/', String(query), `host:${host}`, '', 'host', hash('sha256', '')].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', timestamp, scopeParts.join('/'), hash('sha256', canonical)].join('\n');
    const key = scopeParts.reduce<string | Buffer>(
      (previous, part) => createHmac('sha256', previous).update(part).digest(),
      `AWS4${alice.secretAccessKey}`,
    );
    return `${server.url}/?${query}&X-Amz-Signature=${createHmac('sha256', key).update(toSign).digest('hex')}`;
  };

  test('is good until it expires, for what was signed', async () => {
    const url = presigned(60);
    const answer = await fetch(url);
    assert.equal(answer.status, 200, await answer.text());
    assert.equal((await fetch(url.replace('ListUsers', 'ListRoles'))).status, 403);
    assert.equal((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'))).status, 403);
    assert.notEqual((await fetch(`${url}&Action=ListRoles`)).status, 200);
    assert.notEqual((await fetch(url, { method: 'POST', body: 'Action=ListRoles&Version=2010-05-08' })).status, 200);
  });

  test('is worth nothing beyond its expiry, nor when signed for longer than a week', async () => {
    const expired = presigned(60, new Date(Date.now() - 61_000));
    assert.equal((await fetch(expired)).status, 403);
    assert.notEqual((await fetch(expired.replace('X-Amz-Expires=60', 'X-Amz-Expires=3600'))).status, 200);
    const future = presigned(60, new Date(Date.now() + 20 * 60_000));
    assert.notEqual((await fetch(future)).status, 200);
    const valid = presigned(60);
    assert.notEqual((await fetch(valid.replace(/X-Amz-Expires=60/, 'X-Amz-Expires=604801'))).status, 200);
  });
});
