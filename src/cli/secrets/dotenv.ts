import { ClientError } from '../../client/client-error.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** What may stand without quotes, for shells and for every reader of such files. */
const isPlain = (value: string): boolean => /^[A-Za-z0-9_./:@%+,-]*$/.test(value);

/**
 * Reads `NAME=value` lines, also with `export` before the name.
 *
 * In single quotes everything stands as it is; in double quotes `\n`, `\r`, `\t`, `\"`, `\\`, `\$` and `` \` `` are escapes;
 * both may go over several lines. Without quotes the value ends at ` #` or with the line. Nothing is substituted.
 *
 * @throws {ClientError} with the line's number
 */
export const parseDotenv = (text: string): ReadonlyMap<string, string> => {
  const entries = new Map<string, string>();
  const source = text.replace(/\r\n/g, '\n');
  const blank = /[\s]*(?:#[^\n]*)?(?:\n|$)/y;
  const start = /[ \t]*(?:export[ \t]+)?([^\s=#'"]+)[ \t]*=[ \t]*/y;
  const literal = /'([^']*)'/y;
  const escaped = /"((?:[^"\\]|\\[\s\S])*)"/y;
  const bare = /([^'"\n#][^\n]*?)(?=[ \t]+#|[ \t]*(?:\n|$))|(?=[#\n]|$)/y;
  const end = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const wrong = (what: string): never => {
    throw new ClientError(`line ${source.slice(0, at).split('\n').length}: ${what}`);
  };
  while (at < source.length) {
    if (take(blank)) continue;
    const name = take(start)?.[1] ?? wrong('expected NAME=value');
    const inDoubleQuotes = take(escaped)?.[1];
    const value = inDoubleQuotes?.replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);
    const otherwise = value === undefined ? (take(literal) ?? take(bare) ?? wrong('a quote is not closed')) : undefined;
    if (at < source.length && !take(end)) wrong('something stands after the value');
    if (entries.has(name)) wrong(`"${name}" is there twice`);
    entries.set(name, value ?? otherwise?.[1] ?? '');
  }
  return entries;
};

/**
 * Writes `NAME=value` lines that shells, Docker Compose and the usual libraries read alike, as far as they agree: in single
 * quotes wherever that will do.
 *
 * @throws {ClientError} a name cannot stand there
 */
export const formatDotenv = (entries: ReadonlyMap<string, string>): string =>
  [...entries]
    .map(([name, value]) => {
      if (!/^[^\s=#'"]+$/.test(name)) throw new ClientError(`"${name}" cannot be a name in dotenv: use JSON or YAML`);
      return `${name}=${isPlain(value) ? value : quoted(value)}\n`;
    })
    .join('');

const quoted = (value: string): string => {
  if (!/['\r]/.test(value)) return `'${value}'`;
  const escaped = value
    .replace(/[\\"$`]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r');
  return `"${escaped}"`;
};
