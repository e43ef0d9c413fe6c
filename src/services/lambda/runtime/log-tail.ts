import { StringDecoder } from 'node:string_decoder';

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

  /** What one stream of a function writes. @returns false: there was too much of it, take your time with the rest */
  stream(): (chunk: Buffer) => boolean {
    const decoder = new StringDecoder('utf8');
    return (chunk) => {
      this.#keep(decoder.write(chunk));
      return this.#bytes <= maxLoggedBytes;
    };
  }

  /** A line of Lambda itself, with the end of what the function wrote before it. It is never too much. */
  note(line: string): void {
    if (this.#unfinished !== '') this.#tail += '\n';
    this.#flush();
    this.#tail = lastOf(`${this.#tail}${line}\n`);
    this.#sink(line.trimEnd(), this.#requestId);
  }

  #keep(text: string): void {
    this.#tail = lastOf(this.#tail + text);
    if (this.#bytes > maxLoggedBytes) return;
    this.#bytes += text.length;
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop()!.slice(0, maxLineLength);
    for (const line of lines) if (line !== '') this.#sink(line.slice(0, maxLineLength), this.#requestId);
    if (this.#bytes <= maxLoggedBytes) return;
    this.#flush();
    this.#sink('what follows is not logged: too much was written', this.#requestId);
  }

  #flush(): void {
    if (this.#unfinished !== '') this.#sink(this.#unfinished, this.#requestId);
    this.#unfinished = '';
  }

  /** The last 4 KiB, in base64. */
  get tail(): string {
    return Buffer.from(this.#tail).subarray(-tailBytes).toString('base64');
  }
}

const lastOf = (text: string): string => text.slice(-tailBytes);
