import { randomBytes } from 'node:crypto';
import type { TraceParent } from './trace-context.ts';

/** One finished span. Times are milliseconds of `performance.now()`. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server';
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Absent: it succeeded. */
  readonly error?: string;
}

/** The spans of one request while it runs: the request itself, and one for each stage that it reached. */
export class RequestTrace {
  readonly #parent: TraceParent | undefined;
  readonly #stages: { readonly name: string; readonly startedAt: number }[] = [];

  constructor(parent: TraceParent | undefined) {
    this.#parent = parent;
  }

  /** A stage begins, and the one before it ends. */
  reached(stage: string): void {
    this.#stages.push({ name: stage, startedAt: performance.now() });
  }

  /** The request ends now. @returns its span, then those of its stages */
  end(request: Pick<Span, 'name' | 'startedAt' | 'attributes' | 'error'>): readonly Span[] {
    const endedAt = performance.now();
    const traceId = this.#parent?.traceId ?? randomHex(16);
    const spanId = randomHex(8);
    const root: Span = {
      ...request,
      traceId,
      spanId,
      ...(this.#parent && { parentSpanId: this.#parent.spanId }),
      kind: 'server',
      endedAt,
    };
    const stages = this.#stages.map(
      ({ name, startedAt }, at): Span => ({
        traceId,
        spanId: randomHex(8),
        parentSpanId: spanId,
        name,
        kind: 'internal',
        startedAt,
        endedAt: this.#stages[at + 1]?.startedAt ?? endedAt,
        attributes: {},
      }),
    );
    return [root, ...stages];
  }
}

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
