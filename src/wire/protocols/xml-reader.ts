import { isAscii, isUtf8 } from 'node:buffer';
import { fault } from '../../kernel/fault.ts';

/** Deepest nesting of elements that a body may have. */
export const maxDepth = 64;

/** Most attributes that an element may have. */
const maxAttributes = 32;

/**
 * A strict scanner of XML 1.0 documents that compiled decoders pull elements from, so that nothing is built that the model
 * does not ask for. Takes elements, attributes, text, CDATA sections and comments; refuses what no AWS client sends and
 * parsers disagree about: DTDs, and so every entity but the five that XML has by itself; processing instructions; other
 * encodings than UTF-8.
 *
 * Names are compared without their prefixes. Every method throws the fault `Serialization` on what it did not expect.
 */
export class XmlReader {
  readonly #text: string;
  #at = 0;
  /** Names of the open elements, with prefixes. */
  readonly #open: string[] = [];
  /** True when the innermost element was written as `<a/>`. */
  #selfClosed = false;
  #attributes: Map<string, string> | undefined;

  /** @param body the bytes of the HTTP body; not kept */
  constructor(body: Buffer) {
    if (isAscii(body)) this.#text = body.toString('latin1');
    else if (isUtf8(body)) this.#text = body.toString('utf8');
    else throw malformed('The body is not valid UTF-8');
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) this.#at = 1;
    DECLARATION.lastIndex = this.#at;
    const declaration = DECLARATION.exec(this.#text);
    if (declaration !== null) {
      if (declaration[1] !== undefined && declaration[1].toLowerCase() !== 'utf-8') throw malformed();
      this.#at = DECLARATION.lastIndex;
    }
  }

  /** Enters the root element and returns its name. */
  root(): string {
    this.#skipMisc();
    return this.#openElement();
  }

  /** Enters the next child of the innermost element and returns its name, or leaves the element and returns undefined. */
  child(): string | undefined {
    if (this.#selfClosed) {
      this.#leaveSelfClosed();
      return undefined;
    }
    this.#skipMisc();
    if (!this.#text.startsWith('</', this.#at)) return this.#openElement();
    this.#closeElement();
    return undefined;
  }

  /** The text of the innermost element, which is left. */
  text(): string {
    if (this.#selfClosed) {
      this.#leaveSelfClosed();
      return '';
    }
    const { length } = this.#text;
    let value = '';
    while (this.#at < length) {
      const mark = this.#text.indexOf('<', this.#at);
      if (mark === -1) break;
      value += this.#characters(mark);
      if (this.#text.startsWith('</', mark)) {
        this.#closeElement();
        return value;
      }
      if (this.#text.startsWith('<![CDATA[', mark)) value += this.#section();
      else if (this.#text.startsWith('<!--', mark)) this.#skipComment();
      else throw malformed();
    }
    throw malformed();
  }

  /** An attribute of the element that was entered last, before anything else is read. @param name without prefix */
  attribute(name: string): string | undefined {
    return this.#attributes?.get(name);
  }

  /** Passes over the innermost element and leaves it; it still has to be well-formed. */
  skip(): void {
    const depth = this.#open.length;
    while (this.#open.length >= depth) {
      if (this.#selfClosed) {
        this.#leaveSelfClosed();
        continue;
      }
      const mark = this.#text.indexOf('<', this.#at);
      if (mark === -1) throw malformed();
      this.#characters(mark);
      if (this.#text.startsWith('</', mark)) this.#closeElement();
      else if (this.#text.startsWith('<![CDATA[', mark)) this.#section();
      else if (this.#text.startsWith('<!--', mark)) this.#skipComment();
      else this.#openElement();
    }
  }

  /** Requires that nothing follows the root element. */
  end(): void {
    this.#skipMisc();
    if (this.#at !== this.#text.length) throw malformed();
  }

  /** White space and comments. */
  #skipMisc(): void {
    for (;;) {
      SPACE.lastIndex = this.#at;
      SPACE.test(this.#text);
      this.#at = SPACE.lastIndex;
      if (!this.#text.startsWith('<!--', this.#at)) return;
      this.#skipComment();
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('--', this.#at + 4);
    if (end === -1 || this.#text[end + 2] !== '>') throw malformed();
    this.#at = end + 3;
  }

  /** A CDATA section, as it stands. */
  #section(): string {
    const start = this.#at + '<![CDATA['.length;
    const end = this.#text.indexOf(']]>', start);
    if (end === -1) throw malformed();
    this.#at = end + 3;
    return plain(this.#text.slice(start, end));
  }

  /** Text up to the next markup, with its references resolved. */
  #characters(end: number): string {
    const raw = this.#text.slice(this.#at, end);
    this.#at = end;
    if (raw === '') return raw;
    if (raw.includes(']]>')) throw malformed();
    return resolve(plain(raw));
  }

  #openElement(): string {
    START.lastIndex = this.#at;
    const name = START.exec(this.#text)?.[1];
    if (name === undefined) throw malformed();
    this.#at = START.lastIndex;
    this.#attributes = undefined;
    for (let count = 0; ; count++) {
      ATTRIBUTE.lastIndex = this.#at;
      const match = ATTRIBUTE.exec(this.#text);
      if (match === null) break;
      if (count === maxAttributes) throw malformed(`An element has more than ${maxAttributes} attributes`);
      this.#at = ATTRIBUTE.lastIndex;
      this.#addAttribute(match[1]!, match[2] ?? match[3]!);
    }
    END_OF_TAG.lastIndex = this.#at;
    const end = END_OF_TAG.exec(this.#text);
    if (end === null) throw malformed();
    this.#at = END_OF_TAG.lastIndex;
    this.#selfClosed = end[1] === '/';
    if (this.#open.push(name) > maxDepth) throw malformed(`The body is nested deeper than ${maxDepth} levels`);
    return localName(name);
  }

  #addAttribute(name: string, raw: string): void {
    const value = resolve(plain(raw).replace(/[\t\n]/g, ' '));
    if (name === 'xmlns' || name.startsWith('xmlns:')) return;
    this.#attributes ??= new Map();
    const local = localName(name);
    if (this.#attributes.has(local)) throw malformed(`Duplicate attribute '${local.slice(0, 128)}'`);
    this.#attributes.set(local, value);
  }

  #closeElement(): void {
    const name = this.#open.pop();
    END.lastIndex = this.#at;
    if (END.exec(this.#text)?.[1] !== name) throw malformed();
    this.#at = END.lastIndex;
  }

  #leaveSelfClosed(): void {
    this.#selfClosed = false;
    this.#open.pop();
  }
}

const malformed = (message = 'The XML is not well-formed'): Error => fault('Serialization', message);

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Normalizes line ends (XML 1.0 §2.11). @throws for characters that no document may have (§2.2) */
const plain = (text: string): string => {
  if (FORBIDDEN.test(text)) throw malformed();
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
};

/** Resolves references to characters and to the five predefined entities; there are no others. */
const resolve = (text: string): string =>
  text.includes('&') ? text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => reference(whole, name)) : text;

const reference = (whole: string, name: string): string => {
  if (!whole.endsWith(';')) throw malformed();
  const known = ENTITIES[name];
  if (known !== undefined) return known;
  const digits = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
  if (digits === null) throw malformed('A reference to an entity that XML does not have by itself');
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  const isChar =
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x1_0000 && code <= 0x10_ffff);
  if (!isChar) throw malformed();
  return String.fromCodePoint(code);
};

const ENTITIES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
});

const BYTE_ORDER_MARK = 0xfeff;
const DECLARATION =
  /<\?xml\s+version\s*=\s*["']1\.[0-9]["'](?:\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["'])?(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>/y;
const SPACE = /[ \t\r\n]*/y;
const NAME = '[A-Za-z_\\u0080-\\uffff][A-Za-z0-9._\\-\\u0080-\\uffff]*(?::[A-Za-z_][A-Za-z0-9._-]*)?';
const START = new RegExp(`<(${NAME})`, 'y');
const ATTRIBUTE = new RegExp(`[ \\t\\r\\n]+(${NAME})[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"([^<"]*)"|'([^<']*)')`, 'y');
const END_OF_TAG = /[ \t\r\n]*(\/?)>/y;
const END = new RegExp(`</(${NAME})[ \\t\\r\\n]*>`, 'y');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
