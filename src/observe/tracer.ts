import { formatSpans, type ResourceAttributes } from './otlp.ts';
import { RequestTrace, type Span } from './span.ts';
import { parseTraceParent } from './trace-context.ts';

/** Where traces go, and of how many requests. */
export interface TracerOptions {
  /** Base URL of an OTLP/HTTP collector, e.g. `http://127.0.0.1:4318`; `/v1/traces` is appended. */
  readonly endpoint: string;
  /** Share of requests that begin a trace here, 0 to 1. A client that already traces decides for its own request. */
  readonly ratio: number;
  readonly resource: ResourceAttributes;
  /** Told when a batch was not taken; at most once in a minute. */
  readonly report: (error: Error) => void;
}

/** Spans that wait at most; further ones are dropped and counted. */
const maxQueuedSpans = 4096;
const maxBatchSpans = 512;
const sendEveryMs = 2000;
const sendTimeoutMs = 5000;
/** How long the end of the process waits for a collector in all. */
const lastSendMs = 1000;
/** More than a collector has to say of a batch. */
const maxAnswerBytes = 65_536;
const reportEveryMs = 60_000;

/** Samples requests and sends their spans in the background. A collector that is slow or gone costs spans, never requests. */
export class Tracer {
  readonly #options: TracerOptions;
  readonly #url: string;
  #queue: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  readonly #ended = new AbortController();
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** Spans taken by the collector, and spans that were not. */
  sent = 0;
  dropped = 0;

  constructor(options: TracerOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  }

  /** Begins the trace of a request. @returns undefined where it is not sampled */
  begin(traceparent: string | undefined): RequestTrace | undefined {
    const parent = parseTraceParent(traceparent);
    const sampled = parent ? parent.sampled : Math.random() < this.#options.ratio;
    return sampled ? new RequestTrace(parent) : undefined;
  }

  /** Queues finished spans; never waits. */
  add(spans: readonly Span[]): void {
    if (this.#queue.length + spans.length > maxQueuedSpans) {
      this.dropped += spans.length;
      return;
    }
    this.#queue.push(...spans);
    if (this.#queue.length >= maxBatchSpans) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), sendEveryMs).unref();
  }

  /** Sends what waits, one request after the other. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** Sends what waits, as far as that takes a second; what is left is dropped. Never rejects. */
  async close(): Promise<void> {
    const deadline = setTimeout(() => this.#ended.abort(new Error('the server ended first')), lastSendMs);
    await this.flush();
    clearTimeout(deadline);
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) await this.#send(this.#queue.splice(0, maxBatchSpans));
  }

  async #send(batch: readonly Span[]): Promise<void> {
    let taken = 0;
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: formatSpans(batch, this.#options.resource),
        signal: AbortSignal.any([AbortSignal.timeout(sendTimeoutMs), this.#ended.signal]),
        redirect: 'error',
      });
      const text = await textOf(answer);
      if (!answer.ok) throw new Error(`the collector answered HTTP ${answer.status}`);
      const { spans, why } = refusalIn(text);
      taken = Math.max(0, batch.length - spans);
      if (spans > 0) throw new Error(`the collector refused ${spans} of ${batch.length} spans: ${why}`);
    } catch (error) {
      this.#report(error as Error);
    }
    this.sent += taken;
    this.dropped += batch.length - taken;
  }

  #report(error: Error): void {
    if (performance.now() - this.#reportedAt < reportEveryMs) return;
    this.#reportedAt = performance.now();
    this.#options.report(error);
  }
}

/** Reads to the end, so that the connection is free for the next batch. @throws {Error} there is no end */
const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > maxAnswerBytes) throw new Error(`the collector answered more than ${maxAnswerBytes} bytes`);
  }
  return Buffer.concat(chunks).toString();
};

/**
 * What a collector did not take of a batch that it answered with success.
 *
 * @see OpenTelemetry Protocol: "Partial Success"
 */
const refusalIn = (text: string): { readonly spans: number; readonly why: string } => {
  const { rejectedSpans, errorMessage } = partialSuccessOf(text) ?? {};
  return { spans: Number(rejectedSpans) || 0, why: String(errorMessage ?? '').slice(0, 200) };
};

const partialSuccessOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(text)?.partialSuccess;
  } catch {
    // Not every collector answers in the format that it was asked in; the status says what matters.
    return undefined;
  }
};
