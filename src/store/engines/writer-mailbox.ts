import { type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { LogLines } from '../log-lines.ts';
import type { WriterAnswer, WriterBatch, WriterRequest, WriterResult } from './sqlite-writer.ts';

/**
 * Words of the shared memory, each an Int32: the numbers of the last question and of the last one that was answered, the forms of
 * both, and what lies in the rest of it.
 */
const word = { asked: 0, answered: 1, questionForm: 2, answerForm: 3, members: 4, records: 5, bytes: 6 } as const;
const byMessage = 0;
const laid = 1;

const numbersAt = 32;
const countsAt = 64;
const mostMembers = 1024;
const linesAt = countsAt + 4 * mostMembers;
const mostLineBytes = 4 * 1024 * 1024;

/** Memory that the store's thread and its writer share. */
class SharedParts {
  readonly words: Int32Array;
  /** Asked: the newest known change. Answered: the head of the log, the newest change. */
  readonly numbers: Float64Array;
  /** How many records each member has. */
  readonly counts: Int32Array;
  readonly lines: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, numbersAt / Int32Array.BYTES_PER_ELEMENT);
    this.numbers = new Float64Array(memory, numbersAt, 2);
    this.counts = new Int32Array(memory, countsAt, mostMembers);
    this.lines = Buffer.from(memory, linesAt);
  }
}

/**
 * How the store asks its writer thread, one thing at a time. Messages between threads cost as much as a dozen records, so
 * batches that only have lines are laid into memory that both share, and so is the answer; whatever else is said goes by
 * message. In between the writer sleeps: it has no event loop (docs/decisions/0002-journal-blocks.md).
 */
export class WriterMailbox {
  readonly #worker: Worker;
  readonly #shared: SharedParts;
  readonly #answered: (result: WriterResult) => void;
  #asked = 0;

  /** What the writer thread is to get. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(linesAt + mostLineBytes);
  }

  /** @param answered told of answers that do not come by message */
  constructor(worker: Worker, memory: SharedArrayBuffer, answered: (result: WriterResult) => void) {
    this.#worker = worker;
    this.#shared = new SharedParts(memory);
    this.#answered = answered;
  }

  /** Asks the next thing; only after the last one was answered. */
  send(request: WriterRequest): void {
    const { words } = this.#shared;
    const isLaid = request.kind === 'commit' && this.#lay(request.batch, request.seen);
    if (!isLaid) this.#worker.postMessage(request);
    words[word.questionForm] = isLaid ? laid : byMessage;
    this.#asked = (this.#asked + 1) | 0;
    Atomics.store(words, word.asked, this.#asked);
    Atomics.notify(words, word.asked);
    this.#await(this.#asked);
  }

  /** @returns false where there is more to the batch than lines, or too much of them */
  #lay({ keyring, log, members }: WriterBatch, seen: number): boolean {
    const { words, numbers, counts, lines } = this.#shared;
    if (keyring.length > 0 || members.length > counts.length || log.bytes.length > lines.length) return false;
    if (!members.every((member) => typeof member === 'number')) return false;
    counts.set(members);
    lines.set(log.bytes);
    words[word.members] = members.length;
    words[word.records] = log.count;
    words[word.bytes] = log.bytes.length;
    numbers[0] = seen;
    return true;
  }

  /** @param number of a question: if it was answered by message, the next one may have been asked since */
  #await(number: number): void {
    const { words, numbers } = this.#shared;
    if (number !== this.#asked) return;
    const waiting = Atomics.waitAsync(words, word.answered, (number - 1) | 0);
    // A wake-up may be that of the answer before: what counts is the number.
    if (waiting.async) void waiting.value.then(() => this.#await(number));
    else if (words[word.answerForm] === laid)
      this.#answered({ refused: [], logHead: numbers[0]!, sequence: numbers[1]! });
  }
}

/** The writer's end. */
export class WriterDesk {
  readonly #port: MessagePort;
  readonly #shared: SharedParts;
  #asked = 0;

  constructor(port: MessagePort, memory: SharedArrayBuffer) {
    this.#port = port;
    this.#shared = new SharedParts(memory);
  }

  /** Sleeps until something is asked. @returns undefined where nothing was for so many milliseconds */
  next(timeoutMs: number): WriterRequest | undefined {
    const { words } = this.#shared;
    // A wake-up may be that of the question before: what counts is the number.
    while (Atomics.load(words, word.asked) === this.#asked)
      if (Atomics.wait(words, word.asked, this.#asked, timeoutMs) === 'timed-out') return undefined;
    this.#asked = Atomics.load(words, word.asked);
    if (words[word.questionForm] === byMessage) return receiveMessageOnPort(this.#port)!.message;
    const { numbers, counts } = this.#shared;
    const members = Array.from(counts.subarray(0, words[word.members]));
    return { kind: 'commit', batch: { keyring: [], log: this.#lines(), members }, seen: numbers[0]! };
  }

  answer(answer: WriterAnswer): void {
    const { words, numbers } = this.#shared;
    const plain = 'refused' in answer && answer.refused.length === 0;
    words[word.answerForm] = plain ? laid : byMessage;
    if (plain) numbers.set([answer.logHead, answer.sequence]);
    Atomics.store(words, word.answered, this.#asked);
    Atomics.notify(words, word.answered);
    // INVARIANT: last, for whoever has it may ask the next thing at once.
    if (!plain) this.#port.postMessage(answer);
  }

  /** In memory of their own: what is hashed and what is stored must be the same, whoever writes. */
  #lines(): LogLines {
    const { words, lines } = this.#shared;
    return { count: words[word.records]!, bytes: Buffer.from(lines.subarray(0, words[word.bytes])) };
  }
}
