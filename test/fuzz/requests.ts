import { loadModel } from '../../src/model/model.ts';
import { type Credentials, sign } from '../../src/testing/sign.ts';
import { region } from '../spawned-server.ts';
import { mutateForm } from './form-body.ts';
import { hostileString } from './hostile.ts';
import { mutateJson, mutatePolicy } from './json-body.ts';
import { type JsonSample, querySamples } from './operations.ts';
import type { Random } from './random.ts';
import { rawRequest } from './raw-http.ts';

/** One request as it goes over the socket. */
export interface FuzzRequest {
  /** What was done to it, for the tally. */
  readonly kind: string;
  readonly bytes: Buffer;
  /** A HEAD request: its answer has no body, whatever Content-Length says. */
  readonly isHead: boolean;
  /** The bytes may not be a whole request: nothing follows them, so the server must answer or close. */
  readonly isLast: boolean;
}

/** Who signs: the administrator, and a user whose policies are fuzzed too. */
export interface Signers {
  readonly root: Credentials;
  readonly user: Credentials;
}

/** A valid request, not signed yet. */
interface Draft {
  service: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Makes mutated requests, most of them signed after the mutation so that it reaches what lies behind the signature. */
export const requestMaker = (
  jsonSamples: readonly JsonSample[],
  signers: Signers,
  random: Random,
  host: string,
): (() => FuzzRequest) => {
  const json = jsonSamples.map((sample) => [sample.weight, sample] as const);
  const forms = querySamples.map((sample) => [sample.weight, sample] as const);

  const jsonDraft = (mutated: boolean): Draft => {
    const { service, operation, input } = random.weighed(json);
    const { targetPrefix, signingName } = loadModel(service);
    const policy = 'Content' in input ? 'Content' : 'Policy';
    const withPolicy = policy in input || random.oneIn(40) ? { ...input, [policy]: mutatePolicy(random) } : input;
    return {
      service: signingName,
      method: 'POST',
      path: '/',
      headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefix}.${operation}` },
      body: mutated ? mutateJson(withPolicy, random) : Buffer.from(JSON.stringify(withPolicy)),
    };
  };
  const formDraft = (mutated: boolean): Draft => {
    const { input } = random.weighed(forms);
    const documents = Object.keys(input).filter((name) => /PolicyDocument|PolicyInputList/.test(name));
    const filled = { ...input, ...Object.fromEntries(documents.map((name) => [name, mutatePolicy(random)])) };
    return {
      service: input.Version === '2011-06-15' ? 'sts' : 'iam',
      method: 'POST',
      path: '/',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: mutated ? mutateForm(filled, random) : Buffer.from(new URLSearchParams(filled).toString()),
    };
  };
  const anyDraft = (): Draft => (random.oneIn(3) ? formDraft(random.oneIn(2)) : jsonDraft(random.oneIn(2)));
  const signer = (): Credentials => (random.oneIn(3) ? signers.user : signers.root);

  const kinds: readonly (readonly [number, () => FuzzRequest])[] = [
    [1, () => send('oversized', random.oneIn(oversizedOneIn) ? oversize(anyDraft(), random) : anyDraft())],
    [50, () => send('JSON', signed(jsonDraft(true), signer()))],
    [25, () => send('form', signed(formDraft(true), signer()))],
    [12, () => send('head, signed', signed(mutateHead(anyDraft(), random), signer()))],
    [6, () => send('head, signed before', mutateHead(signed(anyDraft(), signer()), random))],
    [6, () => send('signature', mutateSignature(signed(anyDraft(), signer()), random))],
    [
      4,
      () => ({
        kind: 'raw',
        isHead: false,
        isLast: true,
        bytes: rawRequest(bytesOf(signed(anyDraft(), signer())), random),
      }),
    ],
  ];
  return () => random.weighed(kinds)();
};

/** Of the requests that could be made too large only so many are: each costs as much as hundreds of others. */
const oversizedOneIn = 8;

/** A body beyond every limit: a little more than 1 MiB, or than 10 MB. The signature does not matter, nobody gets to check it. */
const oversize = (draft: Draft, random: Random): Draft => ({
  ...draft,
  body: random.oneIn(8) ? farTooLarge : tooLarge,
  ...(random.oneIn(2) && { headers: { ...draft.headers, 'transfer-encoding': 'chunked' } }),
});

const tooLarge = Buffer.alloc(1_048_577 + 100, 'x');
const farTooLarge = Buffer.alloc(10_000_001, 'x');

const signed = (draft: Draft, credentials: Credentials): Draft => {
  const { service, ...unsigned } = draft;
  return { ...draft, headers: sign(unsigned, credentials, { region, service }) };
};

const send = (kind: string, draft: Draft): FuzzRequest => ({
  kind,
  bytes: bytesOf(draft),
  isHead: draft.method === 'HEAD',
  isLast: false,
});

const bytesOf = ({ method, path, headers, body }: Draft): Buffer => {
  const isChunked = headers['transfer-encoding'] !== undefined;
  const lines = Object.entries(headers).map(([name, value]) => `${name.replace(/#\d+$/, '')}: ${value}`);
  if (!isChunked) lines.push(`content-length: ${body.length}`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, isChunked ? chunked(body) : body]);
};

const chunked = (body: Buffer): Buffer => {
  const middle = body.length >> 1;
  const pieces = [body.subarray(0, middle), body.subarray(middle)].filter((piece) => piece.length > 0);
  const chunks = pieces.flatMap((piece) => [`${piece.length.toString(16)};x="y"\r\n`, piece, '\r\n']);
  return Buffer.concat([...chunks, '0\r\nx-trailer: 1\r\n\r\n'].map((part) => Buffer.from(part as string)));
};

/** Method, path and headers changed such that the request is still one: its framing holds. A name ending in `#1` is sent without that. */
const mutateHead = (draft: Draft, random: Random): Draft => {
  const name = random.pick(Object.keys(draft.headers));
  const value = draft.headers[name]!;
  const { [name]: _removed, ...others } = draft.headers;
  const withHeaders = (added: Readonly<Record<string, string>>): Draft => ({
    ...draft,
    headers: { ...draft.headers, ...added },
  });
  return random.pick<() => Draft>([
    () => ({ ...draft, method: random.pick(methods) }),
    () => ({ ...draft, path: random.pick(paths) }),
    () => ({ ...draft, path: `/?${asText(draft.body)}`.slice(0, 20_000) }),
    () => ({ ...draft, headers: others }),
    () => withHeaders({ [`${name}#1`]: random.oneIn(2) ? value : headerValue(random) }),
    () => withHeaders({ [name]: headerValue(random) }),
    () => withHeaders({ [name]: `${value}${headerValue(random)}` }),
    () => withHeaders({ [name]: value.slice(0, random.below(value.length)) }),
    () => withHeaders({ [random.pick(addedNames)]: headerValue(random) }),
    () => withHeaders(random.pick(addedHeaders)),
    () => withHeaders(Object.fromEntries(Array.from({ length: random.below(200) }, (_, n) => [`x-filler-${n}`, 'x']))),
  ])();
};

const methods = ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'];

const asText = (body: Buffer): string => body.toString('latin1').replace(/[^!-~]/g, '+');

/** Any text that may stand in a header: what may not is for `raw`. */
const headerValue = (random: Random): string =>
  Buffer.from(hostileString(random))
    .toString('latin1')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be sent here
    .replace(/[\0-\x08\x0a-\x1f\x7f]/g, '')
    .slice(0, 4000);

const paths = [
  ...[
    '//',
    '/.',
    '/..',
    '/../',
    '/a/../',
    '/%2e%2e/',
    '/%00',
    '/%zz',
    '/a%',
    '/?',
    '/??',
    '/?&',
    '/?=',
    '/#x',
    '/;x',
    '/\\',
  ],
  ...[
    '/index.html',
    '/_bulwark/',
    '/_bulwark/health',
    '/_bulwark/reset',
    '/_bulwark/../',
    '/2015-03-31/functions',
    '/bucket/key',
  ],
  ...[
    'http://127.0.0.1/',
    'http://evil.example/?a=b',
    'https://',
    `/${'a'.repeat(9000)}`,
    `/?${'a=b&'.repeat(4000)}`,
    '/é',
    '/?Action=GetUser',
  ],
  ...[
    '/?Action=GetCallerIdentity&Version=2011-06-15',
    '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/d/e&X-Amz-Signature=0',
  ],
];

const addedNames = [
  ...['__proto__', 'constructor', 'x-amz-content-sha256', 'x-amz-security-token', 'date', 'content-encoding', 'origin'],
  ...[
    'accept',
    'x-forwarded-for',
    'user-agent',
    'referer',
    'x-http-method-override',
    'cookie',
    'range',
    'if-match',
    'te',
  ],
];

const addedHeaders: readonly Record<string, string>[] = [
  { 'transfer-encoding': 'chunked' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'aws-chunked', 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
  { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  { 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  { 'content-type': 'application/cbor' },
  { 'content-type': 'application/x-amz-json-1.0' },
  { 'content-type': 'text/xml' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'x-amz-target': 'TrentService.' },
  { 'x-amz-target': 'AmazonSSM.GetParameter' },
  { 'x-amz-target': '..Encrypt' },
  { host: 'kms.eu-west-1.amazonaws.com' },
  { host: 'iam.amazonaws.com' },
  { host: '[::1]:99999' },
  { 'x-amz-date': '20200101T000000Z' },
  { 'x-amz-date': '99999999T999999Z' },
];

/** Something in the Authorization header changed, or the key, or who is said to have signed. */
const mutateSignature = (draft: Draft, random: Random): Draft => {
  const authorization = draft.headers.authorization!;
  const at = random.below(authorization.length);
  const changed = random.pick<() => string>([
    () =>
      authorization.slice(0, at) + random.pick(['', ' ', ',', '/', '=', 'A', '\t', '"']) + authorization.slice(at + 1),
    () => authorization.slice(0, at),
    () => authorization.replace(/Signature=.*/, `Signature=${random.bytes(32).toString('hex')}`),
    () =>
      authorization.replace(
        /SignedHeaders=[^,]*/,
        `SignedHeaders=${random.pick(['', ';', 'host', 'x-amz-date', '__proto__', 'host;host', 'a;'.repeat(900)])}`,
      ),
    () => authorization.replace(/Credential=[^,]*/, `Credential=${headerValue(random)}`),
    () => authorization.replace(/\/\d{8}\//, `/${random.pick(['20200101', '00000000', '', 'x', '99999999'])}/`),
    () => authorization.replace(`/${region}/`, `/${headerValue(random)}/`),
    () =>
      authorization.replace(
        'AWS4-HMAC-SHA256',
        random.pick(['AWS4-ECDSA-P256-SHA256', 'AWS', 'Basic', 'Bearer', '', 'AWS4-HMAC-SHA512']),
      ),
    () => `${authorization}, ${authorization}`,
    () => headerValue(random),
  ])();
  return { ...draft, headers: { ...draft.headers, authorization: changed } };
};
