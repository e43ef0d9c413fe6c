import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../test/fuzz/random.ts';
import { HeadParser, type RequestHead } from './request-head.ts';

const maxHeaderCount = 6;

/** Of a parser that has seen nothing before: what every other one must answer too. */
const parseAlone = (head: string): RequestHead | 400 | 431 => new HeadParser(maxHeaderCount).parse(head);

const headOf = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

const usual = ['POST / HTTP/1.1', 'host: kms.local', 'x-amz-target: A.B', 'authorization: one', 'content-length: 2'];

test('understands the request line and headers of a head', () => {
  const head = parseAlone(headOf('GET /a?b=c HTTP/1.1', 'Host:  h ', 'X-Two: a', 'x-two: b')) as RequestHead;
  assert.deepEqual(
    { ...head, headers: { ...head.headers } },
    {
      method: 'GET',
      path: '/a',
      query: 'b=c',
      headers: { host: 'h', 'x-two': 'a,b' },
      bodyBytes: 0,
      minor: 1,
      keepAlive: true,
    },
  );
});

test('takes from a repeated line what stands in it now, not what stood there before', () => {
  const parser = new HeadParser(maxHeaderCount);
  for (const [at, changed] of [
    [3, 'authorization: two'],
    [3, 'authorization: onetwo'],
    [0, 'POST /other HTTP/1.1'],
    [0, 'POST / HTTP/1.0'],
    [2, 'x-amz-target: A.BB'],
    [2, 'x-amz-targe: A.B'],
    [4, 'content-length: 22'],
    [4, 'transfer-encoding: chunked'],
    [1, 'host: kms.localhost'],
  ] as const) {
    parser.parse(headOf(...usual));
    const head = headOf(...usual.with(at, changed));
    assert.deepEqual(parser.parse(head), parseAlone(head), changed);
    assert.notDeepEqual(parser.parse(head), parser.parse(headOf(...usual)), changed);
  }
});

test('refuses after good requests what it refuses at first', () => {
  const parser = new HeadParser(maxHeaderCount);
  const refused = {
    'a second length': [...usual, 'content-length: 2'],
    'a second authorization': [...usual, 'authorization: one'],
    'a length and chunks': [...usual, 'transfer-encoding: chunked'],
    'a blank before the colon': usual.with(2, 'x-amz-target : A.B'),
    'a folded line': [...usual, ' more'],
    'a control character': usual.with(3, 'authorization: o\x00ne'),
    'no host': usual.toSpliced(1, 1),
    'a bare line feed': usual.with(2, 'x-amz-target: A.B\nx: y'),
    'no colon': usual.with(4, 'content-length 2'),
    'another method': usual.with(0, 'CONNECT / HTTP/1.1'),
  };
  for (const [what, lines] of Object.entries(refused)) {
    assert.equal(typeof parser.parse(headOf(...usual)), 'object');
    assert.equal(parser.parse(headOf(...lines)), 400, what);
  }
  const many = Array.from({ length: maxHeaderCount }, (_, at) => `x-${at}: y`);
  assert.equal(typeof parser.parse(headOf(...usual)), 'object');
  assert.equal(parser.parse(headOf('GET / HTTP/1.1', 'host: h', ...many)), 431);
});

test('answers any sequence of heads as if each were the first of its connection', () => {
  const random = new Random(7);
  const requestLines = ['POST / HTTP/1.1', 'POST / HTTP/1.0', 'GET /?a=b HTTP/1.1', 'GET  / HTTP/1.1'];
  const lines = [
    ...['host: a', 'host: ab', 'Host: a', 'host: a ', 'content-length: 1', 'content-length: 10', 'content-length:1'],
    ...['x: 1', 'x: 12', 'x: 1, 2', 'xx: 1', 'x : 1', ' x: 1', 'transfer-encoding: chunked', 'connection: close', ':'],
  ];
  let refused = 0;
  for (let connection = 0; connection < 200; connection++) {
    const parser = new HeadParser(maxHeaderCount);
    let good = [random.pick(requestLines), 'host: a', 'x: 1'];
    for (let request = 0; request < 50; request++) {
      const at = random.below(good.length + 1);
      const changed =
        at === 0 ? good.with(0, random.pick(requestLines)) : good.toSpliced(at, random.below(2), random.pick(lines));
      const sent = random.oneIn(5) && at > 0 ? good.toSpliced(at, 1) : changed;
      const alone = parseAlone(headOf(...sent));
      assert.deepEqual(parser.parse(headOf(...sent)), alone, JSON.stringify(sent));
      if (typeof alone === 'object') good = sent;
      else refused++;
    }
  }
  assert.ok(refused > 2000 && refused < 8000, `${refused} of 10,000 were refused`);
});
