import assert from 'node:assert/strict';
import { createHash, createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Caller, Credential } from '../kernel/caller.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { HttpRequest } from './http-message.ts';
import { parseSignedHeaders } from './request-signature.ts';
import { type SignatureRules, verifySignature } from './sigv4.ts';

const suite = JSON.parse(readFileSync(new URL('./fixtures/sigv4-test-suite.json', import.meta.url), 'utf8')) as {
  accessKeyId: string;
  secretAccessKey: string;
  rows: readonly {
    name: string;
    method: string;
    path: string;
    query: string;
    headers: readonly [string, string][];
    body: string;
    authorization: string;
    canonicalRequest: string;
  }[];
};
const now = Date.parse('2015-08-30T12:36:00Z');
const caller: Caller = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/u',
  userId: 'AIDAEXAMPLE',
};

const hmac = (key: KeyObject | string, text: string): KeyObject =>
  createSecretKey(createHmac('sha256', key).update(text).digest());

const credential: Credential = {
  caller,
  active: true,
  signingKey: (date, region, service) =>
    hmac(hmac(hmac(hmac(`AWS4${suite.secretAccessKey}`, date), region), service), 'aws4_request'),
};

const rules = (changes: Partial<SignatureRules> = {}): SignatureRules => ({
  service: 'service',
  acceptsRegion: (region) => region === 'us-east-1',
  now,
  findCredential: (accessKeyId) => (accessKeyId === suite.accessKeyId ? credential : undefined),
  ...changes,
});

const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: Buffer.alloc(0),
  remoteAddress: '127.0.0.1',
  secure: false,
  ...changes,
});

const headersOf = (pairs: readonly (readonly [string, string])[]): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]},${value}` : value;
  }
  return headers;
};

for (const row of suite.rows) {
  const headers = headersOf([...row.headers, ['Authorization', row.authorization]]);
  const sent = request({ ...row, headers, body: Buffer.from(row.body) });

  test(`AWS test suite: ${row.name} has the published canonical request`, () => {
    const signedHeaders = parseSignedHeaders(/SignedHeaders=([^,]+)/.exec(row.authorization)![1]!);
    const canonical = canonicalRequest(sent, signedHeaders, hash('sha256', sent.body));
    assert.equal(canonical, row.canonicalRequest);
  });

  test(`AWS test suite: ${row.name} verifies`, () => {
    assert.equal(verifySignature(sent, rules()), caller);
  });
}

test('a session token in a header must be signed', () => {
  const row = suite.rows.find(({ name }) => name === 'post-sts-header-after')!;
  const pairs = [...row.headers, ['Authorization', row.authorization], ['X-Amz-Security-Token', 'token']] as const;
  refused(request({ ...row, headers: headersOf(pairs as never), body: Buffer.alloc(0) }), [
    'SignatureDoesNotMatch',
    "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.",
  ]);
});

const refused = (sent: HttpRequest, [code, message]: readonly [string, string], changes?: Partial<SignatureRules>) =>
  assert.throws(
    () => verifySignature(sent, rules(changes)),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.deepEqual([error.code, error.message], [code, message]);
      return true;
    },
  );

const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
const digits = '0'.repeat(64);
const authorization = (changes: { credential?: string; signedHeaders?: string; signature?: string } = {}) =>
  `AWS4-HMAC-SHA256 Credential=${changes.credential ?? scope}, SignedHeaders=${changes.signedHeaders ?? 'host;x-amz-date'}, Signature=${changes.signature ?? digits}`;
const presignedNow = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}&X-Amz-Signature=${digits}&X-Amz-SignedHeaders=host&X-Amz-Date=20150830T123600Z`;

const refusals: readonly {
  name: string;
  authorization?: string;
  date?: string | undefined;
  query?: string;
  headers?: Record<string, string>;
  rules?: Partial<SignatureRules>;
  fault: readonly [string, string];
}[] = [
  { name: 'no signature', fault: ['MissingAuthenticationToken', ''] },
  { name: 'an empty header', authorization: '', fault: ['MissingAuthenticationToken', ''] },
  {
    name: 'a signature in both places',
    authorization: authorization(),
    query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    fault: [
      'SignatureDoesNotMatch',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
  },
  {
    name: 'nothing but the algorithm',
    authorization: 'AWS4-HMAC-SHA256',
    date: undefined,
    fault: [
      'IncompleteSignature',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
    ],
  },
  {
    name: 'no signed headers',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=${digits}`,
    fault: [
      'IncompleteSignature',
      `Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=${scope}, Signature=${digits}`,
    ],
  },
  {
    name: 'no credential',
    authorization: `AWS4-HMAC-SHA256 SignedHeaders=host, Signature=${digits}`,
    fault: [
      'IncompleteSignature',
      `Authorization header requires 'Credential' parameter. Authorization=AWS4-HMAC-SHA256 SignedHeaders=host, Signature=${digits}`,
    ],
  },
  {
    name: 'no digits of a signature',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=`,
    fault: [
      'IncompleteSignature',
      `Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=`,
    ],
  },
  {
    name: 'no date',
    authorization: authorization(),
    date: undefined,
    fault: [
      'IncompleteSignature',
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${authorization()}`,
    ],
  },
  {
    name: 'a piece without equal sign',
    authorization: 'AWS4-HMAC-SHA256 FooBar, BazBurp',
    fault: [
      'IncompleteSignature',
      "'FooBar' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 FooBar, BazBurp'.",
    ],
  },
  {
    name: "another scheme's secret, shown only as its hash",
    authorization: 'Bearer c2VjcmV0',
    fault: [
      'IncompleteSignature',
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${createHash('sha256').update('Bearer c2VjcmV0').digest('base64')}'.`,
    ],
  },
  {
    name: "another scheme's secret that looks like a pair, shown only as its hash",
    authorization: 'Basic c2VjcmV0Og==',
    fault: [
      'IncompleteSignature',
      `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=${createHash('sha256').update('Basic c2VjcmV0Og==').digest('base64')}`,
    ],
  },
  {
    name: 'another algorithm',
    authorization: authorization().replace('SHA256', 'SHA512'),
    fault: ['IncompleteSignature', "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'"],
  },
  {
    name: 'a credential of four elements',
    authorization: authorization({ credential: 'AKIDEXAMPLE/20150830/us-east-1/service' }),
    fault: [
      'IncompleteSignature',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/us-east-1/service'",
    ],
  },
  {
    name: 'a credential of six elements',
    authorization: authorization({ credential: `${scope}/x` }),
    fault: [
      'IncompleteSignature',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${scope}/x'`,
    ],
  },
  {
    name: 'Host not signed',
    authorization: authorization({ signedHeaders: 'x-amz-date' }),
    fault: ['SignatureDoesNotMatch', "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."],
  },
  {
    name: 'an x-amz- header not signed',
    authorization: authorization(),
    headers: { 'x-amz-target': 'TrentService.Encrypt' },
    fault: ['SignatureDoesNotMatch', "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."],
  },
  {
    name: 'a wrong region',
    authorization: authorization({ credential: 'AKIDEXAMPLE/20150830/wrong/service/aws4_request' }),
    fault: ['SignatureDoesNotMatch', 'Credential should be scoped to a valid region. '],
  },
  {
    name: 'a wrong service',
    authorization: authorization({ credential: 'AKIDEXAMPLE/20150830/us-east-1/wrong/aws4_request' }),
    fault: ['SignatureDoesNotMatch', "Credential should be scoped to correct service: 'service'. "],
  },
  {
    name: 'everything wrong in the scope',
    authorization: authorization({ credential: 'AKIDEXAMPLE/20150831/wrong/wrong/x' }),
    fault: [
      'SignatureDoesNotMatch',
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'service'. Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150831' != '20150830', from '20150830T123600Z'.",
    ],
  },
  {
    name: 'a wrong terminator',
    authorization: authorization({ credential: scope.replace('aws4_request', 'aws4') }),
    fault: [
      'SignatureDoesNotMatch',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'. ",
    ],
  },
  {
    name: "a scope whose date is only the beginning of the request's",
    authorization: authorization({ credential: 'AKIDEXAMPLE/2015/us-east-1/service/aws4_request' }),
    fault: [
      'SignatureDoesNotMatch',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '2015' != '20150830', from '20150830T123600Z'.",
    ],
  },
  ...[
    '2015-08-30T12:36:00Z',
    '20150830T123600',
    '20151330T123600Z',
    '20150230T123600Z',
    '20150800T123600Z',
    '20150830T240000Z',
    '20150830T126000Z',
    '20150830T123660Z',
    'x',
  ].map((date) => ({
    name: `the date ${date}`,
    authorization: authorization(),
    date,
    fault: [
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    ] as const,
  })),
  {
    name: 'a signature 301 seconds old',
    authorization: authorization(),
    date: '20150830T123059Z',
    fault: [
      'SignatureDoesNotMatch',
      'Signature expired: 20150830T123059Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)',
    ],
  },
  {
    name: 'a signature 301 seconds in the future',
    authorization: authorization(),
    date: '20150830T124101Z',
    fault: [
      'SignatureDoesNotMatch',
      'Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z (20150830T123600Z + 5 min.)',
    ],
  },
  {
    name: 'an unknown access key',
    authorization: authorization({ credential: 'AKIDUNKNOWN/20150830/us-east-1/service/aws4_request' }),
    fault: ['InvalidClientTokenId', ''],
  },
  {
    name: 'an inactive access key, in the words of an unknown one',
    authorization: authorization(),
    rules: { findCredential: () => ({ ...credential, active: false }) },
    fault: ['InvalidClientTokenId', ''],
  },
  {
    name: 'an expired session, as whoever knows the keys says it',
    authorization: authorization(),
    rules: {
      findCredential: () => {
        throw fault('ExpiredToken', 'The security token included in the request is expired');
      },
    },
    fault: ['ExpiredToken', 'The security token included in the request is expired'],
  },
  { name: 'a wrong signature', authorization: authorization(), fault: ['SignatureDoesNotMatch', ''] },
  {
    name: 'a signature that is no SHA-256',
    authorization: authorization({ signature: 'ABCDEF' }),
    fault: ['SignatureDoesNotMatch', ''],
  },
  {
    name: 'incomplete query parameters',
    query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    fault: [
      'IncompleteSignature',
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
  },
  ...(
    [
      ['x', 'X-Amz-Expires should be a number'],
      ['0', 'X-Amz-Expires must be non-negative'],
      ['-1', 'X-Amz-Expires must be non-negative'],
      [
        '604801',
        'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
      ],
    ] as const
  ).map(([expires, message]) => ({
    name: `a presigned lifetime of ${expires}`,
    query: `${presignedNow}&X-Amz-Expires=${expires}`,
    fault: ['IncompleteSignature', message] as const,
  })),
  ...[1, 604_800].map((expires) => ({
    name: `a presigned lifetime of ${expires}, looked at, with a wrong signature`,
    query: `${presignedNow}&X-Amz-Expires=${expires}`,
    fault: ['SignatureDoesNotMatch', ''] as const,
  })),
  {
    name: 'a presigned request without lifetime, looked at for five minutes, with a wrong signature',
    query: presignedNow,
    rules: { now: now + 300_000 },
    fault: ['SignatureDoesNotMatch', ''],
  },
  {
    name: 'a presigned request without lifetime after five minutes',
    query: presignedNow,
    rules: { now: now + 301_000 },
    fault: [
      'SignatureDoesNotMatch',
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
    ],
  },
];

for (const row of refusals) {
  test(`refuses ${row.name}: ${row.fault[0]}`, () => {
    const date = 'date' in row ? row.date : '20150830T123600Z';
    const headers = {
      host: 'example.amazonaws.com',
      ...(date !== undefined && row.query === undefined && { 'x-amz-date': date }),
      ...(row.authorization !== undefined && { authorization: row.authorization }),
      ...row.headers,
    };
    refused(request({ headers, query: row.query ?? '' }), row.fault, row.rules);
  });
}

test('the first and last moments of days, months and years are dates, held to the second', () => {
  for (const [date, time] of [
    ['20150101T000000Z', '2015-01-01T00:00:00Z'],
    ['20151231T235959Z', '2015-12-31T23:59:59Z'],
    ['20150430T235959Z', '2015-04-30T23:59:59Z'],
    ['20160229T101010Z', '2016-02-29T10:10:10Z'],
  ] as const) {
    const credential = scope.replace('20150830', date.slice(0, 8));
    const sent = request({
      headers: { host: 'h', 'x-amz-date': date, authorization: authorization({ credential }) },
    });
    for (const skew of [-300_000, 0, 300_000]) {
      refused(sent, ['SignatureDoesNotMatch', ''], { now: Date.parse(time) + skew });
    }
  }
});

const signer = (sessionToken?: string, service = 'service') =>
  new SignatureV4({
    credentials: {
      accessKeyId: suite.accessKeyId,
      secretAccessKey: suite.secretAccessKey,
      ...(sessionToken && { sessionToken }),
    },
    region: 'us-east-1',
    service,
    sha256: Sha256,
  });

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(chunk: string | Uint8Array) {
    this.#hash.update(chunk);
  }
  digest() {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset() {}
}

const signedBySdk = async (sessionToken?: string): Promise<HttpRequest> => {
  const body = '{"KeyId":"alias/x"}';
  const sent = await signer(sessionToken).sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'kms.example.com',
      path: '/',
      headers: {
        host: 'kms.example.com',
        'x-amz-target': 'TrentService.Encrypt',
        'content-type': 'application/x-amz-json-1.1',
      },
      body,
    },
    { signingDate: new Date(now) },
  );
  return request({ headers: headersOf(Object.entries(sent.headers)), body: Buffer.from(body) });
};

test('verifies what the SDK signs, with and without session token', async () => {
  const findCredential = (accessKeyId: string, sessionToken?: string) =>
    accessKeyId === suite.accessKeyId && (sessionToken === undefined || sessionToken === 'a+session/token=')
      ? credential
      : undefined;
  assert.equal(verifySignature(await signedBySdk(), rules({ findCredential })), caller);
  assert.equal(verifySignature(await signedBySdk('a+session/token='), rules({ findCredential })), caller);
});

test('verifies parameters without value and repeated ones, in any order', async () => {
  const query = { b: ['2', '10', '1'], a: '', 'a-b': 'x' };
  const sent = await signer().sign(
    { method: 'GET', protocol: 'https:', hostname: 'h', path: '/', query, headers: { host: 'h' } },
    { signingDate: new Date(now) },
  );
  const headers = headersOf(Object.entries(sent.headers));
  for (const text of ['b=2&a-b=x&b=10&a&b=1', 'a=&a-b=x&b=1&&b=10&b=2&']) {
    assert.equal(verifySignature(request({ method: 'GET', query: text, headers }), rules()), caller);
  }
  refused(request({ method: 'GET', query: 'b=2&a-b=x&b=10&a=a&b=1', headers }), ['SignatureDoesNotMatch', '']);
});

test('an altered session token is refused before any signature is computed', async () => {
  const sent = await signedBySdk('token');
  refused({ ...sent, headers: { ...sent.headers, 'x-amz-security-token': 'other' } }, ['InvalidClientTokenId', ''], {
    findCredential: (_id, token) => (token === 'token' ? credential : undefined),
  });
});

test('one flipped bit in the signature, the body, the method or any signed header is refused', async () => {
  const sent = await signedBySdk('token');
  const flip = (text: string, at = text.length - 1) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
  const signed = /SignedHeaders=([^,]+)/.exec(sent.headers.authorization!)![1]!.split(';');
  assert.ok(signed.length >= 5);
  for (const name of ['authorization', ...signed.filter((header) => header !== 'x-amz-date')]) {
    refused({ ...sent, headers: { ...sent.headers, [name]: flip(sent.headers[name]!) } }, [
      'SignatureDoesNotMatch',
      '',
    ]);
  }
  refused({ ...sent, headers: { ...sent.headers, 'x-amz-date': '20150830T123601Z' } }, ['SignatureDoesNotMatch', '']);
  for (const change of [
    { body: Buffer.from(flip(sent.body.toString())) },
    { method: 'PUT' },
    { path: '/x' },
    { query: 'x=y' },
  ]) {
    refused({ ...sent, ...change }, ['SignatureDoesNotMatch', '']);
  }
});

test('a signature in upper case, or with more or fewer digits, is refused', async () => {
  const sent = await signedBySdk();
  assert.equal(verifySignature(sent, rules()), caller);
  const { authorization } = sent.headers;
  const upperCase = authorization!.replace(/[0-9a-f]{64}$/, (signature) => signature.toUpperCase());
  for (const altered of [upperCase, `${authorization}0`, authorization!.slice(0, -1)]) {
    refused({ ...sent, headers: { ...sent.headers, authorization: altered } }, ['SignatureDoesNotMatch', '']);
  }
});

test('x-amz-content-sha256 must be the hash of the body; UNSIGNED-PAYLOAD is for S3', async () => {
  for (const payloadHash of ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', hash('sha256', 'other')]) {
    const sent = await signer().sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: 'h',
        path: '/',
        headers: { host: 'h', 'x-amz-content-sha256': payloadHash },
        body: '{}',
      },
      { signingDate: new Date(now) },
    );
    refused(request({ headers: headersOf(Object.entries(sent.headers)), body: Buffer.from('{}') }), [
      'SignatureDoesNotMatch',
      '',
    ]);
  }
});

test('x-amz-content-sha256 must not name another body than the one that was signed', async () => {
  const body = '{}';
  const headers = { host: 'h', 'x-amz-content-sha256': hash('sha256', 'other'), 'x-amz-date': '20150830T123600Z' };
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const sent = request({ headers, body: Buffer.from(body) });
  const canonical = canonicalRequest(sent, parseSignedHeaders(names), hash('sha256', body));
  const stringToSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${hash('sha256', canonical)}`;
  const key = credential.signingKey('20150830', 'us-east-1', 'service');
  const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
  const signed = { ...headers, authorization: authorization({ signedHeaders: names, signature }) };
  refused({ ...sent, headers: signed }, ['SignatureDoesNotMatch', '']);
});

const toS3 = async (payload: string | undefined, body: string, others: Record<string, string> = {}) => {
  const headers = { host: 'h', ...(payload !== undefined && { 'x-amz-content-sha256': payload }), ...others };
  const sent = await signer(undefined, 's3').sign(
    { method: 'PUT', protocol: 'https:', hostname: 'h', path: '/', headers, body },
    { signingDate: new Date(now) },
  );
  return request({ method: 'PUT', headers: headersOf(Object.entries(sent.headers)), body: Buffer.from(body) });
};

test('S3 takes the words that stand for a payload, and else holds it to its hash', async () => {
  const s3 = { service: 's3' };
  for (const payload of ['UNSIGNED-PAYLOAD', hash('sha256', 'body'), undefined]) {
    assert.equal(verifySignature(await toS3(payload, 'body'), rules(s3)), caller);
  }
  const unsigned = await toS3('UNSIGNED-PAYLOAD', 'body');
  assert.equal(verifySignature({ ...unsigned, body: Buffer.from('other') }, rules(s3)), caller);
  for (const payload of ['UNSIGNED', hash('sha256', 'other')]) {
    refused(await toS3(payload, 'body'), ['SignatureDoesNotMatch', ''], s3);
  }
});

test('S3 holds the chunks of a body to the chain that begins with the signature of the request', async () => {
  const mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const sent = await toS3(mode, '', { 'x-amz-decoded-content-length': '4' });
  const key = credential.signingKey('20150830', 'us-east-1', 's3');
  let previous = sent.headers.authorization!.slice(-64);
  const framed = ['body', ''].map((data) => {
    const stringToSign = `AWS4-HMAC-SHA256-PAYLOAD\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n${previous}\n${hash('sha256', '')}\n${hash('sha256', data)}`;
    previous = createHmac('sha256', key).update(stringToSign).digest('hex');
    return `${data.length};chunk-signature=${previous}\r\n${data}\r\n`;
  });
  const body = Buffer.from(framed.join(''));
  assert.equal(verifySignature({ ...sent, body }, rules({ service: 's3' })), caller);
  const altered = Buffer.from(framed.join('').replace('body', 'bodx'));
  refused({ ...sent, body: altered }, ['SignatureDoesNotMatch', ''], { service: 's3' });
});

test('accepts a Date header in HTTP format instead of X-Amz-Date', () => {
  const headers = { host: 'h', date: 'Sun, 30 Aug 2015 12:36:00 GMT' };
  const canonical = `POST\n/\n\ndate:${headers.date}\nhost:h\n\ndate;host\n${hash('sha256', '')}`;
  const stringToSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${hash('sha256', canonical)}`;
  const key = credential.signingKey('20150830', 'us-east-1', 'service');
  const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
  const sent = { ...headers, authorization: authorization({ signedHeaders: 'date;host', signature }) };
  assert.equal(verifySignature(request({ headers: sent }), rules()), caller);
});

test('header values are verified as the bytes that were sent', () => {
  const value = Buffer.from('Grüße').toString('latin1');
  const canonical = `POST\n/\n\nhost:h\nx-amz-date:20150830T123600Z\nx-note:${value}\n\nhost;x-amz-date;x-note\n${hash('sha256', '')}`;
  const stringToSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`;
  const key = credential.signingKey('20150830', 'us-east-1', 'service');
  const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
  const headers = {
    host: 'h',
    'x-amz-date': '20150830T123600Z',
    'x-note': value,
    authorization: authorization({ signedHeaders: 'host;x-amz-date;x-note', signature }),
  };
  assert.equal(verifySignature(request({ headers }), rules()), caller);
});

const presigned = async (expiresIn: number, sessionToken?: string): Promise<HttpRequest> => {
  const sent = await signer(sessionToken).presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: 'sts.example.com',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15', Note: 'a b*~+ü' },
      headers: { host: 'sts.example.com', 'x-k8s-aws-id': 'cluster' },
    },
    { signingDate: new Date(now), expiresIn, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = Object.entries(sent.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value as string)}`)
    .join('&');
  return request({ method: 'GET', query, headers: headersOf(Object.entries(sent.headers)) });
};

test('verifies what the SDK presigns, until the lifetime is over', async () => {
  const sent = await presigned(900, 'a+session/token=');
  const findCredential = (_id: string, token?: string) => (token === 'a+session/token=' ? credential : undefined);
  assert.equal(verifySignature(sent, rules({ findCredential })), caller);
  assert.equal(verifySignature(sent, rules({ findCredential, now: now + 900_000 })), caller);
  refused(
    sent,
    [
      'SignatureDoesNotMatch',
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
    ],
    { findCredential, now: now + 901_000 },
  );
});

test('a presigned request that was altered is a mismatch, even when it is also over', async () => {
  const sent = await presigned(60);
  for (const change of [
    { query: sent.query.replace('GetCallerIdentity', 'GetSessionToken') },
    { query: sent.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=604800') },
    { headers: { ...sent.headers, 'x-k8s-aws-id': 'other' } },
    { method: 'POST' },
  ]) {
    refused({ ...sent, ...change }, ['SignatureDoesNotMatch', ''], { now: now + 61_000 });
  }
});

test('a session token appended after presigning is accepted, and held to its key', async () => {
  const sent = await presigned(60);
  const appended = { ...sent, query: `${sent.query}&X-Amz-Security-Token=token` };
  const findCredential = (_id: string, token?: string) => (token === 'token' ? credential : undefined);
  assert.equal(verifySignature(appended, rules({ findCredential })), caller);
  refused(sent, ['InvalidClientTokenId', ''], { findCredential });
});

test('open mode: unknown keys are trusted, whatever else is wrong with the request', () => {
  const trusted: Caller = { ...caller, unverified: true };
  const trustUnknown = (accessKeyId: string) =>
    ['test', '123456789012', 'FOOBARKEY'].includes(accessKeyId) ? trusted : undefined;
  for (const value of [
    'AWS4-HMAC-SHA256 Credential=test/20000101/nowhere/kms/aws4_request, SignedHeaders=host, Signature=x',
    'AWS4-HMAC-SHA256 Credential=123456789012/x',
    'AWS4-HMAC-SHA256 Credential=FOOBARKEY',
    'AWS4-HMAC-SHA256 Credential=FOOBARKEY, SignedHeaders=host',
    'AWS4-HMAC-SHA256 Credential=FOOBARKEY SignedHeaders=host, Signature=x',
  ]) {
    assert.equal(verifySignature(request({ headers: { authorization: value } }), rules({ trustUnknown })), trusted);
  }
  const query = 'Action=X&X-Amz-Credential=test%2F20000101%2Fx%2Fsts%2Faws4_request';
  assert.equal(verifySignature(request({ query }), rules({ trustUnknown })), trusted);
});

test('open mode: known keys are verified, refused keys and unsigned requests are refused', () => {
  const trustUnknown = () => undefined;
  const trusting = { trustUnknown: () => ({ ...caller, unverified: true }) };
  const known = { host: 'h', 'x-amz-date': '20150830T123600Z', authorization: authorization() };
  refused(request({ headers: known }), ['SignatureDoesNotMatch', ''], trusting);
  refused(
    request({ headers: { ...known, authorization: authorization({ credential: scope.replace('AKID', 'ASID') }) } }),
    ['InvalidClientTokenId', ''],
    { trustUnknown },
  );
  refused(request(), ['MissingAuthenticationToken', ''], { trustUnknown });
  const bearer = request({ headers: { ...known, authorization: 'Bearer token=AKIDUNKNOWN/x' } });
  assert.throws(() => verifySignature(bearer, rules(trusting)), { code: 'IncompleteSignature' });
});

test('open mode: sessions that were issued are verified, wherever their token stands', async () => {
  const findCredential = (_id: string, token?: string) => (token === 'token' ? credential : undefined);
  const trusting = { findCredential, trustUnknown: () => ({ ...caller, unverified: true }) };
  const byHeader = await signedBySdk('token');
  const byQuery = await presigned(60, 'token');
  for (const sent of [byHeader, byQuery]) {
    assert.equal(verifySignature(sent, rules(trusting)), caller);
    refused({ ...sent, method: 'PUT' }, ['SignatureDoesNotMatch', ''], trusting);
  }
});

test('names that every object inherits are not taken for headers', () => {
  const signed = authorization({ signedHeaders: '__proto__;constructor;host;x-amz-date' });
  refused(request({ headers: { host: 'h', 'x-amz-date': '20150830T123600Z', authorization: signed } }), [
    'SignatureDoesNotMatch',
    '',
  ]);
});
