/** What `readJson` returns: objects are Maps, so that no member name means anything to JavaScript. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** An object of a policy document, in the order of its members. */
export type JsonObject = ReadonlyMap<string, Json>;

/** Deeper nesting than any policy has. */
const MAX_DEPTH = 32;

const BLANK = /[ \t\n\r]*/y;
// Escapes and control characters are left to JSON.parse, which takes the token apart.
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Reads a JSON text (RFC 8259) strictly: no member twice in one object, at most 32 levels.
 *
 * @throws {SyntaxError} the text is anything else
 */
export function readJson(text: string): Json {
  let at = 0;
  const value = readValue(0);
  skipBlanks();
  if (at !== text.length) throw new SyntaxError('text after the JSON value');
  return value;

  function readValue(depth: number): Json {
    if (depth > MAX_DEPTH) throw new SyntaxError('JSON nested too deeply');
    skipBlanks();
    if (text[at] === '{') return readObject(depth);
    if (text[at] === '[') return readArray(depth);
    if (text[at] === '"') return readString();
    return JSON.parse(take(SCALAR)) as Json;
  }

  function readObject(depth: number): JsonObject {
    const members = new Map<string, Json>();
    at++;
    if (accept('}')) return members;
    do {
      skipBlanks();
      const name = readString();
      if (members.has(name)) throw new SyntaxError('a member is there twice');
      if (!accept(':')) throw new SyntaxError('colon expected');
      members.set(name, readValue(depth + 1));
    } while (accept(','));
    if (!accept('}')) throw new SyntaxError('end of object expected');
    return members;
  }

  function readArray(depth: number): readonly Json[] {
    const items: Json[] = [];
    at++;
    if (accept(']')) return items;
    do items.push(readValue(depth + 1));
    while (accept(','));
    if (!accept(']')) throw new SyntaxError('end of array expected');
    return items;
  }

  function readString(): string {
    return JSON.parse(take(STRING)) as string;
  }

  function accept(char: string): boolean {
    skipBlanks();
    if (text[at] !== char) return false;
    at++;
    return true;
  }

  function skipBlanks(): void {
    BLANK.lastIndex = at;
    BLANK.exec(text);
    at = BLANK.lastIndex;
  }

  function take(token: RegExp): string {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new SyntaxError('unexpected character');
    at = token.lastIndex;
    return match[0];
  }
}
