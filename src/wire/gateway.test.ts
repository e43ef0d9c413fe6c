import assert from 'node:assert/strict';
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import type { Caller, Credential } from '../kernel/caller.ts';
import { Fault } from '../kernel/fault.ts';
import type { Invocation, Outcome } from '../kernel/invocation.ts';
import type { Operation, Service } from '../kernel/operation.ts';
import type { Transaction } from '../store/store.ts';
import { sign } from '../testing/sign.ts';
import { adminAnswer } from './admin.ts';
import { createGateway, type GatewayParts } from './gateway.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

const user: Caller = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/u',
  userId: 'AIDAEXAMPLE',
};
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const hmac = (key: KeyObject | string, text: string): KeyObject =>
  createSecretKey(createHmac('sha256', key).update(text).digest());
const credential: Credential = {
  caller: user,
  active: true,
  signingKey: (date, region, service) =>
    hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, date), region), service), 'aws4_request'),
};

const operation = (name: string): Operation<string, object, object> => ({
  name,
  access: () => ({ resource: { arn: '*', account: '' } }),
  handle: () => ({}),
});
const services: readonly Service[] = [
  { name: 'kms', operations: [operation('GenerateRandom'), operation('ListKeys')] },
  { name: 'iam', operations: [operation('ListUsers')] },
  { name: 'sts', operations: [operation('GetCallerIdentity'), operation('AssumeRoleWithWebIdentity')] },
];

/** A gateway over a pipeline that authenticates, decodes, and answers what it saw. */
const gateway = (changes: Partial<GatewayParts> = {}) => {
  const seen: { invocation: Invocation; caller: Caller; input: object }[] = [];
  const run = async (invocation: Invocation): Promise<Outcome> => {
    try {
      const caller = invocation.authenticate({} as Transaction, new Date());
      seen.push({ invocation, caller, input: invocation.decode() });
      return { output: {} };
    } catch (error) {
      if (error instanceof Fault) return { fault: error };
      throw error;
    }
  };
  const reported: unknown[] = [];
  const handler = createGateway({
    services,
    pipeline: { run },
    identities: {
      findCredential: (_tx, accessKeyId) => (accessKeyId === credentials.accessKeyId ? credential : undefined),
    },
    region: 'eu-west-2',
    admin: {
      'GET /_bulwark/health': () => adminAnswer(200, { status: 'ok' }, 'id'),
      'POST /_bulwark/reset': () => adminAnswer(200, {}, 'id'),
    },
    report: (error) => reported.push(error),
    ...changes,
  });
  const answer = async (request: HttpRequest, overloaded = false): Promise<HttpResponse & { text: string }> => {
    const response = await handler(request, { sourceIp: '127.0.0.1', userAgent: '', secure: false }, overloaded);
    assert.match(response.headers['x-amzn-RequestId']!, /^([0-9a-f-]{36}|id)$/);
    return { ...response, text: response.body.toString() };
  };
  return { answer, seen, reported };
};

type Changes = Partial<Omit<HttpRequest, 'body'>> & { body?: string };
const request = ({ body = '', ...changes }: Changes = {}): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: { host: 'localhost:4566' },
  remoteAddress: '127.0.0.1',
  secure: false,
  ...changes,
  body: Buffer.from(body),
});

const signed = (
  { service, region = 'eu-west-2' }: { service: string; region?: string },
  headers: Record<string, string>,
  body: string,
  at?: Date,
): HttpRequest =>
  request({
    headers: sign(
      { method: 'POST', path: '/', headers: { host: 'localhost:4566', ...headers }, body },
      credentials,
      { service, region },
      at,
    ),
    body,
  });
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target });
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const whoAmI = 'Action=GetCallerIdentity&Version=2011-06-15';

const errorOf = ({ text }: { text: string }): readonly [string, string] => {
  if (text.startsWith('{')) {
    const { __type, message, Message } = JSON.parse(text) as Record<string, string>;
    return [__type!, message ?? Message ?? ''];
  }
  return [/<Code>(.*)<\/Code>/.exec(text)?.[1] ?? '', /<Message>(.*)<\/Message>/.exec(text)?.[1] ?? ''];
};

test('a JSON request becomes an invocation of its operation', async () => {
  const { answer, seen } = gateway();
  const response = await answer(signed({ service: 'kms' }, json('TrentService.GenerateRandom'), '{"NumberOfBytes":8}'));
  assert.equal(response.status, 200);
  const [{ invocation, caller, input }] = seen as [(typeof seen)[0]];
  assert.deepEqual(
    [invocation.service, invocation.operation, invocation.region],
    ['kms', 'GenerateRandom', 'eu-west-2'],
  );
  assert.equal(invocation.requestId, response.headers['x-amzn-RequestId']);
  assert.equal(caller, user);
  assert.deepEqual({ ...input }, { NumberOfBytes: 8 });
});

test('a Query request becomes one too, by form and by URL', async () => {
  const { answer, seen } = gateway();
  assert.equal((await answer(signed({ service: 'sts' }, form, whoAmI))).status, 200);
  assert.equal(seen[0]!.invocation.operation, 'GetCallerIdentity');
  const presigned = request({ method: 'GET', query: whoAmI });
  assert.equal((await answer(presigned)).status, 403, 'unsigned');
});

test('IAM is served in the one region of its partition, whatever region its client signs for', async () => {
  const { answer, seen } = gateway();
  const response = await answer(signed({ service: 'iam' }, form, 'Action=ListUsers&Version=2010-05-08'));
  assert.equal(response.status, 200);
  assert.equal(seen[0]!.invocation.region, 'us-east-1');
});

test('what the listener has no room for is refused in the words of its protocol, and goes no further', async () => {
  const { answer, seen } = gateway();
  const asked = [
    signed({ service: 'kms' }, json('TrentService.GenerateRandom'), '{}'),
    signed({ service: 'sts' }, form, whoAmI),
  ];
  const refused = await Promise.all(asked.map((one) => answer(one, true)));
  assert.deepEqual(refused.map(errorOf), [
    ['ThrottlingException', 'Rate exceeded'],
    ['Throttling', 'Rate exceeded'],
  ]);
  assert.equal(seen.length, 0);
});

test('a long form means what a short one does, and is not parsed before its sender is known', async () => {
  const { answer, seen } = gateway();
  const long = `&Filler=${'x'.repeat(70_000)}`;
  const asking = (body: string) => answer(signed({ service: 'sts' }, form, body));
  assert.equal((await asking(`Filler=${'x'.repeat(70_000)}&${whoAmI}`)).status, 200);
  assert.equal((await asking(`%41ction=GetCallerIdentity&Versio%6E=2011-06-15${long}`)).status, 200);
  assert.deepEqual(
    seen.map(({ invocation }) => invocation.operation),
    ['GetCallerIdentity', 'GetCallerIdentity'],
  );
  assert.equal(errorOf(await asking(long.slice(1)))[0], 'MissingAction');
  for (const broken of ['&Action=AssumeRole', '&x', '&x=%zz']) {
    assert.equal(errorOf(await asking(whoAmI + long + broken))[0], 'MalformedQueryString', broken);
    const unsigned = request({ headers: { host: 'localhost:4566', ...form }, body: whoAmI + long + broken });
    assert.equal(errorOf(await answer(unsigned))[0], 'MissingAuthenticationToken', broken);
  }
});

test('a long form that needs no signature has few parameters', async () => {
  const { answer } = gateway();
  const many = Array.from({ length: 10_000 }, (_, index) => `&filler${index}=x`).join('');
  const body = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15${many}`;
  const answered = await answer(request({ headers: { host: 'localhost:4566', ...form }, body }));
  assert.equal(errorOf(answered)[0], 'MalformedQueryString');
});

test('an operation that AWS takes unsigned has the anonymous caller', async () => {
  const { answer, seen } = gateway();
  const body = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=s&WebIdentityToken=t';
  assert.equal((await answer(request({ headers: { host: 'h', ...form }, body }))).status, 200);
  assert.equal(seen[0]!.caller.kind, 'anonymous');
  assert.equal(seen[0]!.invocation.region, 'eu-west-2');
});

const wrong = 'Could not find operation';
const rows: readonly {
  name: string;
  request: HttpRequest;
  status: number;
  fault: readonly [string, string];
}[] = [
  {
    name: 'an unsigned JSON request',
    request: request({ headers: { host: 'h', ...json('TrentService.ListKeys') } }),
    status: 400,
    fault: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  },
  {
    name: 'an unsigned Query request',
    request: request({ headers: { host: 'h', ...form }, body: whoAmI }),
    status: 403,
    fault: ['MissingAuthenticationToken', 'Request is missing Authentication Token'],
  },
  {
    name: 'a JSON request of an unknown key',
    request: request({
      headers: sign(
        { method: 'POST', path: '/', headers: { host: 'h', ...json('TrentService.ListKeys') }, body: '' },
        { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' },
        { service: 'kms', region: 'eu-west-2' },
      ),
    }),
    status: 400,
    fault: ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  },
  {
    name: 'a JSON request with a wrong region',
    request: signed({ service: 'kms', region: 'wrong' }, json('TrentService.ListKeys'), '{}'),
    status: 400,
    fault: ['InvalidSignatureException', 'Credential should be scoped to a valid region. '],
  },
  {
    name: 'a JSON request signed for another service',
    request: signed({ service: 'sts' }, json('TrentService.ListKeys'), '{}'),
    status: 400,
    fault: ['InvalidSignatureException', "Credential should be scoped to correct service: 'kms'. "],
  },
  {
    name: "a Query request to a service's own host, signed for another service",
    request: signed({ service: 'iam' }, { ...form, host: 'sts.eu-west-2.amazonaws.com' }, whoAmI),
    status: 403,
    fault: ['SignatureDoesNotMatch', "Credential should be scoped to correct service: 'sts'. "],
  },
  {
    name: "a request to a region's own host, signed for another region",
    request: signed(
      { service: 'kms', region: 'us-east-1' },
      { ...json('TrentService.ListKeys'), host: 'kms.eu-west-2.amazonaws.com' },
      '{}',
    ),
    status: 400,
    fault: ['InvalidSignatureException', 'Credential should be scoped to a valid region. '],
  },
  {
    name: 'an IAM request to its AWS host, signed for a region of its client',
    request: signed({ service: 'iam' }, { ...form, host: 'iam.amazonaws.com' }, 'Action=ListUsers&Version=2010-05-08'),
    status: 403,
    fault: ['SignatureDoesNotMatch', 'Credential should be scoped to a valid region. '],
  },
  {
    name: 'a Query request by another method than POST and GET',
    request: { ...signed({ service: 'sts' }, form, whoAmI), method: 'PUT', query: whoAmI },
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'an altered body',
    request: { ...signed({ service: 'sts' }, form, whoAmI), body: Buffer.from(`${whoAmI}&X=y`) },
    status: 403,
    fault: [
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
  },
  {
    name: 'an unknown target of a known service',
    request: signed({ service: 'kms' }, json('TrentService.Nope'), '{}'),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a target of an unknown service',
    request: signed({ service: 'ssm' }, json('AmazonSSM.GetParameter'), '{}'),
    status: 400,
    fault: ['UnknownOperationException', 'Bulwark does not serve ssm'],
  },
  {
    name: 'a target of a service without model',
    request: signed({ service: 'nothing-known' }, json('Nothing.Known'), '{}'),
    status: 400,
    fault: ['UnknownOperationException', 'Bulwark does not serve nothing-known'],
  },
  {
    name: 'a Query request for a service that is not here',
    request: signed({ service: 'sns' }, form, 'Action=ListTopics&Version=2010-03-31'),
    status: 400,
    fault: ['InvalidAction', 'Bulwark does not serve sns'],
  },
  {
    name: 'a target without operation',
    request: request({ headers: { host: 'h', ...json('TrentService') } }),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a target that objects inherit',
    request: request({ headers: { host: 'h', ...json('TrentService.constructor') } }),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a JSON operation with another content type',
    request: signed({ service: 'kms' }, { ...json('TrentService.ListKeys'), 'content-type': 'text/plain' }, '{}'),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a JSON operation on another path',
    request: { ...signed({ service: 'kms' }, json('TrentService.ListKeys'), '{}'), path: '/x' },
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a modelled JSON operation that this server has not',
    request: signed({ service: 'kms' }, json('TrentService.CreateCustomKeyStore'), '{}'),
    status: 400,
    fault: ['UnknownOperationException', 'Bulwark does not support kms:CreateCustomKeyStore yet'],
  },
  {
    name: 'a modelled Query operation that this server has not',
    request: signed({ service: 'iam' }, form, 'Action=CreateInstanceProfile&Version=2010-05-08'),
    status: 400,
    fault: ['InvalidAction', 'Bulwark does not support iam:CreateInstanceProfile yet'],
  },
  {
    name: 'an unknown action',
    request: signed({ service: 'sts' }, form, 'Action=Nope&Version=2011-06-15'),
    status: 400,
    fault: ['InvalidAction', `${wrong} Nope for version 2011-06-15`],
  },
  {
    name: 'an unknown action of nobody, with markup in it',
    request: request({ headers: { host: 'h', ...form }, body: 'Action=%3Ca%3E' }),
    status: 400,
    fault: ['InvalidAction', `${wrong} &lt;a&gt; for version NO_VERSION_SPECIFIED`],
  },
  {
    name: 'no action',
    request: signed({ service: 'sts' }, form, 'Version=2011-06-15'),
    status: 400,
    fault: ['MissingAction', 'The request must contain the parameter Action.'],
  },
  {
    name: 'an empty form',
    request: signed({ service: 'sts' }, form, ''),
    status: 400,
    fault: ['MissingAction', 'The request must contain the parameter Action.'],
  },
  {
    name: 'a POST without form to a Query service',
    request: signed({ service: 'sts' }, { 'content-type': 'text/plain' }, whoAmI),
    status: 400,
    fault: ['MissingAction', 'The request must contain the parameter Action.'],
  },
  {
    name: 'a form with the same parameter twice',
    request: signed({ service: 'sts' }, form, `${whoAmI}&Action=AssumeRole`),
    status: 400,
    fault: ['MalformedQueryString', 'The query string contains a syntax error'],
  },
  {
    name: 'a request that names nothing, by POST',
    request: request(),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'another path',
    request: request({ method: 'GET', path: '/favicon.ico' }),
    status: 400,
    fault: ['UnknownOperationException', ''],
  },
  {
    name: 'a signed request for a service that nobody knows',
    request: signed({ service: 'nothing-known' }, {}, ''),
    status: 400,
    fault: ['UnknownOperationException', 'Bulwark does not serve nothing-known'],
  },
];

for (const row of rows) {
  test(`${row.name}: ${row.fault[0]}`, async () => {
    const { answer, seen } = gateway();
    const response = await answer(row.request);
    assert.deepEqual([response.status, errorOf(response)], [row.status, row.fault]);
    assert.equal(seen.length, 0);
  });
}

test('a client clock six minutes behind gets the sum that says so', async () => {
  const { answer } = gateway();
  const late = signed({ service: 'kms' }, json('TrentService.ListKeys'), '{}', new Date(Date.now() - 360_000));
  const [code, message] = errorOf(await answer(late));
  assert.equal(code, 'InvalidSignatureException');
  const sum = /^Signature expired: (\w+) is now earlier than (\w+) \((\w+) - 5 min\.\)$/.exec(message)!;
  const [sent, limit, now] = sum
    .slice(1)
    .map((text) => Date.parse(text.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5')));
  assert.equal(now! - limit!, 300_000);
  assert.ok(sent! < limit!);
});

test('every public region is accepted, and the configured one', async () => {
  for (const region of ['us-east-1', 'cn-north-1', 'local-west-1']) {
    const { answer } = gateway({ region: 'local-west-1' });
    const response = await answer(signed({ service: 'kms', region }, json('TrentService.ListKeys'), '{}'));
    assert.equal(response.status, 200, region);
  }
});

test('open mode: unknown keys, wrong regions and foreign hosts are served; unsigned requests are not', async () => {
  const trustUnknown = (accessKeyId: string): Caller => ({ ...user, accessKeyId, unverified: true });
  const { answer, seen } = gateway({ trustUnknown });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20000101/nowhere/sts/aws4_request, SignedHeaders=x, Signature=y';
  const headers = { host: 'my.internal', ...form, authorization };
  assert.equal((await answer(request({ headers, body: whoAmI }))).status, 200);
  assert.equal(seen[0]!.caller.accessKeyId, 'test');
  assert.equal(seen[0]!.invocation.region, 'nowhere');
  const known = signed({ service: 'sts', region: 'nowhere' }, { ...form, host: 'sts.eu-west-2.amazonaws.com' }, whoAmI);
  assert.equal((await answer(known)).status, 200);
  assert.equal(seen[1]!.caller, user);
  assert.equal((await answer(request({ headers: { host: 'h', ...form }, body: whoAmI }))).status, 403);
});

test('a browser is told what this is', async () => {
  const { answer } = gateway();
  const response = await answer(request({ method: 'GET' }));
  assert.equal(response.status, 200);
  const page = JSON.parse(response.text) as { services: string[]; use: string[] };
  assert.deepEqual(page.services, ['kms', 'iam', 'sts']);
  assert.deepEqual(page.use, ['export AWS_ENDPOINT_URL=http://localhost:4566', 'aws sts get-caller-identity']);
});

test("a browser on a Query service's host is sent where AWS sends it", async () => {
  const { answer } = gateway();
  for (const host of ['sts.amazonaws.com', 'iam.amazonaws.com', 'sts.localhost:4566']) {
    const response = await answer(request({ method: 'GET', headers: { host } }));
    assert.deepEqual([response.status, response.headers.Location], [302, 'https://aws.amazon.com/iam'], host);
  }
});

const routes: readonly [string, Changes, number][] = [
  ['GET health', { method: 'GET', path: '/_bulwark/health' }, 200],
  ['HEAD health', { method: 'HEAD', path: '/_bulwark/health' }, 200],
  ['POST reset', { path: '/_bulwark/reset' }, 200],
  ['POST reset from a web page', { path: '/_bulwark/reset', headers: { origin: 'https://evil.example' } }, 403],
  ['GET reset', { method: 'GET', path: '/_bulwark/reset' }, 405],
  ['POST clock, which is not given', { path: '/_bulwark/clock' }, 404],
  ['an inherited name', { path: '/_bulwark/constructor' }, 404],
];
for (const [name, changes, status] of routes) {
  test(`the server's own routes: ${name} is ${status}`, async () => {
    assert.equal((await gateway().answer(request(changes))).status, status);
  });
}

test('a pipeline or an encoder that throws is a bug: InternalFailure without its message', async () => {
  const bug = new Error('secret detail');
  const sent = () => signed({ service: 'kms' }, json('TrentService.GenerateRandom'), '{}');
  const rejecting = gateway({ pipeline: { run: () => Promise.reject(bug) } });
  const failed = await rejecting.answer(sent());
  assert.deepEqual([failed.status, errorOf(failed)[0]], [500, 'InternalFailure']);
  assert.doesNotMatch(failed.text, /secret/);
  assert.deepEqual(rejecting.reported, [bug]);
  const output = {
    get Plaintext() {
      throw bug;
    },
  };
  const unencodable = gateway({ pipeline: { run: async () => ({ output }) } });
  assert.equal((await unencodable.answer(sent())).status, 500);
  assert.deepEqual(unencodable.reported, [bug]);
});
