/** Where the lines that a function writes go. */
export type LogSink = (line: string, requestId: string | undefined) => void;

const tailBytes = 4096;
/** Of one invocation; what comes after that is dropped. */
const maxLoggedBytes = 1_048_576;
const maxLineLength = 65_536;

/** What a function writes: passed on line by line, its end kept for `LogType: Tail`. */
export class LogTail {
  readonly #sink: LogSink;
  #requestId: string | undefined;
  #unfinished = '';
  #tail = '';
  #bytes = 0;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  /** Begins anew, for an invocation. */
  begin(requestId: string): void {
    this.#requestId = requestId;
    this.#tail = '';
    this.#bytes = 0;
  }

  write(text: string): void {
    if (this.#bytes > maxLoggedBytes) return;
    this.#bytes += text.length;
    this.#tail = (this.#tail + text).slice(-tailBytes);
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop()!.slice(-maxLineLength);
    for (const line of lines) if (line !== '') this.#sink(line.slice(0, maxLineLength), this.#requestId);
    if (this.#bytes > maxLoggedBytes) this.#sink('what follows is not logged: too much was written', this.#requestId);
  }

  /** The last 4 KiB, in base64. */
  get tail(): string {
    return Buffer.from(this.#tail).subarray(-tailBytes).toString('base64');
  }
}
