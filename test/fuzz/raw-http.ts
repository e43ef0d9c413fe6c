import { corrupt } from './json-body.ts';
import type { Random } from './random.ts';

/** Bytes that may be no HTTP at all, or a request whose framing is broken; `valid` is one that is not. */
export const rawRequest = (valid: Buffer, random: Random): Buffer => {
  const headEnd = valid.indexOf('\r\n\r\n');
  const head = valid.subarray(0, headEnd).toString('latin1');
  const body = valid.subarray(headEnd + 4);
  const withHead = (changed: string): Buffer => Buffer.concat([Buffer.from(`${changed}\r\n\r\n`, 'latin1'), body]);
  return random.weighed<() => Buffer>([
    [6, () => Buffer.concat([corrupt(valid.subarray(0, headEnd), random), valid.subarray(headEnd)])],
    [6, () => withHead(`${head}\r\n${random.pick(badLines)}`)],
    [4, () => withHead(head.replace(/content-length: (\d+)/, (_, length) => random.pick(badLengths)(Number(length))))],
    [4, () => withHead(head.replace(/POST \S+ HTTP\/1\.1/, random.pick(badRequestLines)))],
    [
      3,
      () =>
        Buffer.from(
          head.replace(/content-length: \d+/, 'transfer-encoding: chunked') + random.pick(badChunks),
          'latin1',
        ),
    ],
    [3, () => valid.subarray(0, random.below(valid.length))],
    [2, () => random.bytes(1 + random.below(2000))],
    [2, () => Buffer.concat(Array.from({ length: 20 }, () => valid))],
    [1, () => random.pick(otherProtocols)],
  ])();
};

const badLines = [
  ...[
    'no colon',
    ': no name',
    'space : x',
    ' folded',
    '\tfolded',
    'nul: a\0b',
    'bare: a\nb: c',
    'cr: a\rb',
    'é: x',
    'a: é\x80',
  ],
  ...['content-length: 5', 'content-length: 0', 'transfer-encoding: chunked', 'transfer-encoding: gzip, chunked'],
  ...[
    'transfer-encoding: chunked, identity',
    'transfer-encoding: \x0bchunked',
    'expect: 100-continue',
    'expect: nonsense',
  ],
  ...[
    'connection: close',
    'connection: upgrade\r\nupgrade: h2c',
    'upgrade: websocket',
    'host: a\r\nhost: b',
    'te: trailers',
  ],
  ...[`x: ${'a'.repeat(40_000)}`, `${'x: y\r\n'.repeat(3000)}x: y`, `${'n'.repeat(9000)}: x`],
];

const badLengths: readonly ((length: number) => string)[] = [
  (length) => `content-length: ${length + 7}`,
  (length) => `content-length: ${Math.max(length - 3, 0)}`,
  (length) => `content-length: ${length}\r\ncontent-length: ${length}`,
  (length) => `content-length: ${length}, ${length}`,
  (length) => `content-length: +${length}`,
  (length) => `content-length: 0x${length.toString(16)}`,
  () => 'content-length: -1',
  () => 'content-length: 99999999999999999999',
  () => 'content-length: 2000000',
  () => 'content-length: 1e3',
  () => 'content-length:',
  () => 'x-nothing: 1',
];

const badRequestLines = [
  ...[
    'POST /',
    'POST / HTTP/0.9',
    'POST / HTTP/1.0',
    'POST / HTTP/2.0',
    'POST / HTTP/9.9',
    'POST / http/1.1',
    'POST  / HTTP/1.1',
  ],
  ...[
    'POST / HTTP/1.1 x',
    'post / HTTP/1.1',
    'NONSENSE / HTTP/1.1',
    '/ HTTP/1.1',
    'POST HTTP/1.1',
    'POST\t/\tHTTP/1.1',
    '\r\n\r\nPOST / HTTP/1.1',
  ],
  ...[
    'CONNECT example.com:443 HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET * HTTP/1.1',
    'POST /\0 HTTP/1.1',
    'POST /é HTTP/1.1',
    'PRI * HTTP/2.0',
  ],
  ...[`POST /${'a'.repeat(40_000)} HTTP/1.1`],
];

const badChunks = [
  ...[
    '\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
    '\r\n\r\n-1\r\n{}\r\n0\r\n\r\n',
    '\r\n\r\nffffffffffffffff\r\n{}',
    '\r\n\r\n2\r\n{}0\r\n\r\n',
  ],
  ...[
    '\r\n\r\n2\r\n{}\r\n',
    '\r\n\r\n2\n{}\n0\n\n',
    '\r\n\r\n\r\n',
    '\r\n\r\n0\r\n',
    '\r\n\r\n2;\0\r\n{}\r\n0\r\n\r\n',
    '\r\n\r\n 2\r\n{}\r\n0\r\n\r\n',
  ],
  ...[`\r\n\r\n2;${'x'.repeat(40_000)}\r\n{}\r\n0\r\n\r\n`, `\r\n\r\n0\r\n${'t: x\r\n'.repeat(9000)}\r\n`],
];

const otherProtocols = [
  Buffer.from('16030100c8010000c40303', 'hex'),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
  Buffer.from('EHLO example.com\r\n'),
  Buffer.from('\0'.repeat(4096)),
  Buffer.from('\r\n'.repeat(4096)),
];
