import { isAscii, isUtf8 } from 'node:buffer';
import { fault } from '../../kernel/fault.ts';

/** Deepest nesting of arrays and objects that a body may have. */
export const maxDepth = 64;

/**
 * A strict JSON scanner (RFC 8259) that compiled decoders pull values from, so that nothing is built that the model does
 * not ask for. Refuses what a lenient parser hides: duplicate members, lone surrogates, bytes that are not UTF-8.
 *
 * Every method throws the fault `Serialization`, in the words of AWS's own JSON services, on what it did not expect.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  /** @param body the bytes of the HTTP body; not kept */
  constructor(body: Buffer) {
    if (isAscii(body)) this.#text = body.toString('latin1');
    else if (isUtf8(body)) this.#text = body.toString('utf8');
    else throw fault('Serialization', 'The body is not valid UTF-8');
  }

  /** True when nothing but white space is left. */
  atEnd(): boolean {
    return Number.isNaN(this.#peek());
  }

  /** Consumes `null` if it is next. */
  skipNull(): boolean {
    if (this.#peek() !== LOWER_N) return false;
    this.#literal('null');
    return true;
  }

  /** Enters an object. Then {@link firstKey}, and {@link nextKey} after each value. */
  openObject(): void {
    if (this.#peek() !== OPEN_BRACE) throw this.unexpected('Expected null');
    this.#enter();
  }

  /** The object's first key, or undefined when it has none and is left. */
  firstKey(): string | undefined {
    if (this.#peek() !== CLOSE_BRACE) return this.#key();
    this.#leave();
    return undefined;
  }

  /** The next key, or undefined when the object is left. */
  nextKey(): string | undefined {
    const next = this.#peek();
    if (next === COMMA) {
      this.#at++;
      return this.#key();
    }
    if (next !== CLOSE_BRACE) throw malformed();
    this.#leave();
    return undefined;
  }

  /** Enters an array. Then {@link firstElement}, and {@link nextElement} after each value. */
  openArray(): void {
    if (this.#peek() !== OPEN_BRACKET) throw this.unexpected('Expected list or null');
    this.#enter();
  }

  /** True when an element follows; false when the array is empty and left. */
  firstElement(): boolean {
    if (this.#peek() !== CLOSE_BRACKET) return true;
    this.#leave();
    return false;
  }

  /** True when another element follows; false when the array is left. */
  nextElement(): boolean {
    const next = this.#peek();
    if (next === COMMA) {
      this.#at++;
      return true;
    }
    if (next !== CLOSE_BRACKET) throw malformed();
    this.#leave();
    return false;
  }

  /** A string without lone surrogates. @param expected what the model wants, for the message: `a String` */
  string(expected = 'a String'): string {
    if (this.#peek() !== QUOTE) throw this.unexpected(`can not be converted to ${expected}`);
    const text = this.#text;
    const start = ++this.#at;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === BACKSLASH) return this.#escapedString(start, at);
      if (code < SPACE) throw malformed();
    }
    throw malformed();
  }

  /**
   * A number as the body spells it, checked against JSON's grammar.
   *
   * @param expected for the message: `an Integer`
   */
  number(expected: string): string {
    const first = this.#peek();
    if (first !== MINUS && !isDigit(first)) throw this.unexpected(`can not be converted to ${expected}`);
    NUMBER.lastIndex = this.#at;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token === undefined) throw malformed();
    this.#at += token.length;
    return token;
  }

  /** `true` or `false`. */
  boolean(): boolean {
    const next = this.#peek();
    if (next === LOWER_T) return this.#literal('true');
    if (next === LOWER_F) return !this.#literal('false');
    throw this.unexpected('can not be converted to a Boolean');
  }

  /** True when a number is next. */
  atNumber(): boolean {
    const next = this.#peek();
    return next === MINUS || isDigit(next);
  }

  /** Any value as plain data; objects have no prototype. @throws also for duplicate members */
  value(): unknown {
    switch (this.#peek()) {
      case OPEN_BRACE: {
        const object: Record<string, unknown> = Object.create(null);
        this.openObject();
        for (let key = this.firstKey(); key !== undefined; key = this.nextKey()) {
          if (key in object) throw duplicate(key);
          object[key] = this.value();
        }
        return object;
      }
      case OPEN_BRACKET: {
        const array: unknown[] = [];
        this.openArray();
        for (let more = this.firstElement(); more; more = this.nextElement()) array.push(this.value());
        return array;
      }
      case QUOTE:
        return this.string();
      case LOWER_T:
      case LOWER_F:
        return this.boolean();
      case LOWER_N:
        this.#literal('null');
        return null;
      default:
        return Number(this.number('a Number'));
    }
  }

  /** Passes over a value that the model does not know; it still has to be JSON. */
  skip(): void {
    this.value();
  }

  /**
   * The fault for a value of another type than expected.
   *
   * @param expectation for scalars, after the name of the token that was found; the whole sentence where it starts with "Expected"
   */
  unexpected(expectation: string): Error {
    const next = this.#peek();
    if (next === OPEN_BRACE) return fault('Serialization', 'Start of structure or map found where not expected.');
    if (next === OPEN_BRACKET) return fault('Serialization', 'Start of list found where not expected');
    const token = this.atNumber() ? 'NUMBER_VALUE' : TOKENS[next];
    if (token === undefined) return malformed();
    return fault('Serialization', expectation.startsWith('Expected') ? expectation : `${token} ${expectation}`);
  }

  /** Position of the first character that is no white space; its code, or NaN at the end. */
  #peek(): number {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code > SPACE || (code !== SPACE && code !== NEWLINE && code !== RETURN && code !== TAB)) return code;
      this.#at++;
    }
  }

  #key(): string {
    if (this.#peek() !== QUOTE) throw malformed();
    const key = this.string();
    if (this.#peek() !== COLON) throw malformed();
    this.#at++;
    return key;
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let end = firstEscape;
    while (text.charCodeAt(end) !== QUOTE) {
      const code = text.charCodeAt(end);
      if (Number.isNaN(code) || code < SPACE) throw malformed();
      end += code === BACKSLASH ? 2 : 1;
    }
    this.#at = end + 1;
    const value = unescapeString(text.slice(start - 1, end + 1));
    if (!value.isWellFormed()) throw fault('Serialization', 'A string has a lone surrogate');
    return value;
  }

  #literal(literal: 'null' | 'true' | 'false'): true {
    if (!this.#text.startsWith(literal, this.#at)) throw malformed();
    this.#at += literal.length;
    return true;
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > maxDepth) throw fault('Serialization', `The body is nested deeper than ${maxDepth} levels`);
  }

  #leave(): void {
    this.#at++;
    this.#depth--;
  }
}

/** The fault for a member that an object has twice. */
export const duplicate = (key: string): Error => fault('Serialization', `Duplicate member '${key.slice(0, 128)}'`);

const malformed = (): Error => fault('Serialization', 'Unexpected token');

/** @param quoted a JSON string without control characters; only its escapes are unchecked */
const unescapeString = (quoted: string): string => {
  try {
    return JSON.parse(quoted);
  } catch {
    throw malformed();
  }
};

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const TOKENS: Readonly<Record<number, string>> = {
  [QUOTE]: 'STRING_VALUE',
  [LOWER_T]: 'TRUE_VALUE',
  [LOWER_F]: 'FALSE_VALUE',
  [LOWER_N]: 'NULL_VALUE',
};
