import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import type { Span } from './span.ts';
import { parseTraceParent } from './trace-context.ts';
import { Tracer } from './tracer.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traceparent', () => {
  for (const [what, header, expected] of [
    ['sampled', `00-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
    ['not sampled', `00-${traceId}-${spanId}-00`, { traceId, spanId, sampled: false }],
    ['of a later version with more fields', `cc-${traceId}-${spanId}-01-more`, { traceId, spanId, sampled: true }],
    ['with more fields than its version has', `00-${traceId}-${spanId}-01-more`, undefined],
    ['of the version that is forbidden', `ff-${traceId}-${spanId}-01`, undefined],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`, undefined],
    ['with a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`, undefined],
    ['in capitals', `00-${traceId.toUpperCase()}-${spanId}-01`, undefined],
    ['that is something else', 'hello', undefined],
    ['that is absent', undefined, undefined],
  ] as const) {
    it(`is read as W3C says where it is one ${what}`, () => {
      assert.deepEqual(parseTraceParent(header), expected);
    });
  }
});

/** A collector that keeps what it is sent. */
const collector = async (status = 200, answer = '{}') => {
  const received: { path: string; type: string; body: Body }[] = [];
  const server = createServer(async (message, response) => {
    let text = '';
    for await (const chunk of message) text += chunk;
    received.push({ path: message.url!, type: message.headers['content-type']!, body: JSON.parse(text) });
    response.writeHead(status).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return { received, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
};

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly object[] };
    readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
  }[];
}

const tracerFor = (endpoint: string, ratio = 1) => {
  const reported: unknown[] = [];
  const resource = { 'service.name': 'bulwark' };
  return { reported, tracer: new Tracer({ endpoint, ratio, resource, report: (error) => reported.push(error) }) };
};

const span: Span = {
  traceId,
  spanId,
  name: 'kms.Encrypt',
  kind: 'server',
  startedAt: 1,
  endedAt: 2,
  attributes: {},
};

describe('a tracer', () => {
  it('sends a request and its stages as OTLP in JSON', async () => {
    const { received, endpoint } = await collector();
    const { tracer } = tracerFor(endpoint);
    const trace = tracer.begin(`00-${traceId}-${spanId}-01`)!;
    trace.reached('authenticate');
    trace.reached('commit');
    const startedAt = performance.now();
    const attributes = { 'rpc.method': 'Encrypt', attempt: 1, share: 0.5, secure: true };
    tracer.add(trace.end({ name: 'kms.Encrypt', startedAt, attributes, error: 'AccessDenied' }));
    await tracer.flush();

    const [{ path, type, body }] = received as [(typeof received)[0]];
    assert.deepEqual([path, type], ['/v1/traces', 'application/json']);
    const { resource, scopeSpans } = body.resourceSpans[0]!;
    assert.deepEqual(resource.attributes, [{ key: 'service.name', value: { stringValue: 'bulwark' } }]);
    const [root, first, second] = scopeSpans[0]!.spans as [Record<string, string>, Record<string, string>, object];
    assert.deepEqual([root.traceId, root.parentSpanId, root.name, root.kind], [traceId, spanId, 'kms.Encrypt', 2]);
    assert.deepEqual(root.status, { code: 2, message: 'AccessDenied' });
    assert.deepEqual(root.attributes, [
      { key: 'rpc.method', value: { stringValue: 'Encrypt' } },
      { key: 'attempt', value: { intValue: '1' } },
      { key: 'share', value: { doubleValue: 0.5 } },
      { key: 'secure', value: { boolValue: true } },
    ]);
    assert.match(root.startTimeUnixNano!, /^\d{16}000$/);
    assert.ok(Math.abs(Number(root.startTimeUnixNano) / 1e6 - Date.now()) < 60_000);
    assert.deepEqual([first.name, first.parentSpanId, first.kind], ['authenticate', root.spanId, 1]);
    assert.equal(first.endTimeUnixNano, (second as Record<string, string>).startTimeUnixNano);
    assert.equal(tracer.sent, 3);
  });

  it('leaves the choice to a client that traces, and follows its ratio otherwise', () => {
    const never = tracerFor('http://127.0.0.1:1', 0).tracer;
    assert.equal(never.begin(undefined), undefined);
    assert.ok(never.begin(`00-${traceId}-${spanId}-01`));
    const always = tracerFor('http://127.0.0.1:1', 1).tracer;
    assert.ok(always.begin(undefined));
    assert.equal(always.begin(`00-${traceId}-${spanId}-00`), undefined);
  });

  it('loses spans, and says so once, where the collector is gone or refuses', async () => {
    const { endpoint } = await collector(503);
    for (const [where, says] of [
      ['http://127.0.0.1:1', /fetch failed/],
      [endpoint, /HTTP 503/],
    ] as const) {
      const { tracer, reported } = tracerFor(where);
      tracer.add([span]);
      await tracer.flush();
      tracer.add([span, span]);
      await tracer.flush();
      assert.deepEqual([tracer.sent, tracer.dropped, reported.length], [0, 3, 1]);
      assert.match(String(reported[0]), says);
    }
  });

  it('counts what a collector takes of a batch, and what it does not', async () => {
    const partialSuccess = { rejectedSpans: '2', errorMessage: 'too many attributes' };
    for (const [answer, sent, says] of [
      [JSON.stringify({ partialSuccess }), 1, ['Error: the collector refused 2 of 3 spans: too many attributes']],
      ['{"partialSuccess":{}}', 3, []],
      ['thank you', 3, []],
      ['', 3, []],
    ] as const) {
      const { tracer, reported } = tracerFor((await collector(200, answer)).endpoint);
      tracer.add([span, span, span]);
      await tracer.flush();
      assert.deepEqual([tracer.sent, tracer.dropped, reported.map(String)], [sent, 3 - sent, says]);
    }
  });

  it('ends a second after it is told to, whatever waits for a collector that does not answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    after(() => silent.close().closeAllConnections());
    const { tracer } = tracerFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    for (let request = 0; request < 3000; request++) tracer.add([span]);
    const startedAt = performance.now();
    await tracer.close();
    assert.ok(performance.now() - startedAt < 4000);
    assert.equal(tracer.dropped, 3000);
  });

  it('reads no more of an answer than there is to say', async () => {
    let written = 0;
    const endless = createServer((_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
      };
      response.on('drain', write);
      write();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    after(() => endless.close().closeAllConnections());
    const { tracer, reported } = tracerFor(`http://127.0.0.1:${(endless.address() as AddressInfo).port}`);
    tracer.add([span]);
    await tracer.flush();
    assert.ok(written < 32 * 1024 * 1024, `${written} bytes were taken`);
    assert.match(String(reported[0]), /answered more than 65536 bytes/);
    assert.deepEqual([tracer.sent, tracer.dropped], [0, 1]);
  });

  it('holds no more than its queue, however slow the collector is', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { tracer } = tracerFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    for (let request = 0; request < 10_000; request++) tracer.add([span]);
    assert.equal(tracer.dropped, 10_000 - 4096 - 512);
    silent.closeAllConnections();
    silent.close();
    await tracer.flush();
  });
});
