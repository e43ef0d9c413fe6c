import { ClientError } from '../../client/client-error.ts';
import { textOfMember } from '../../client/secret-value.ts';
import { loadYaml } from '../../yaml.ts';
import type { Entries } from './changes.ts';
import { formatDotenv, parseDotenv } from './dotenv.ts';

/** How names and values are written in a file. */
export interface Format {
  readonly name: 'dotenv' | 'json' | 'yaml';
  /** Ending of a file's name. */
  readonly extension: string;
  /** What a line begins with that is not read; absent: there is no such thing. */
  readonly remark?: string;
  /** @throws {ClientError} with the line, never with what stands in it */
  parse(text: string): Entries;
  format(entries: Entries): string;
}

const json: Format = {
  name: 'json',
  extension: '.json',
  parse: (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's own message quotes the text.
      throw new ClientError('this is not JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ClientError('expected a JSON object');
    return without('null', new Map(Object.entries(value)));
  },
  format: (entries) => `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`,
};

const yaml: Format = {
  name: 'yaml',
  extension: '.yaml',
  remark: '# ',
  parse: (text) => {
    const { parseDocument, isMap, isScalar, LineCounter } = loadYaml();
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    const error = document.errors[0];
    if (error) throw new ClientError(`line ${lineCounter.linePos(error.pos[0]).line}: this is not YAML: ${error.code}`);
    if (document.contents === null) return new Map();
    if (!isMap(document.contents)) throw new ClientError('expected "name: value" in every line');
    const values = document.toJS({ mapAsMap: true }) as ReadonlyMap<unknown, unknown>;
    return without(
      'empty',
      new Map(
        document.contents.items.map(({ key, value }) => {
          const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
          // 0123 and 1e3 are texts here.
          if (isScalar(value)) return [name, typeof value.value === 'string' ? value.value : scalarOf(value)];
          return [name, plain(values.get(isScalar(key) ? key.value : name))];
        }),
      ),
    );
  },
  format: (entries) => {
    const { stringify } = loadYaml();
    const texts = [...entries].map(([name, value]) => [name, textOfMember(value)] as const);
    return entries.size === 0 ? '' : stringify(new Map(texts), { lineWidth: 0 });
  },
};

const scalarOf = ({ value, source }: { readonly value: unknown; readonly source?: string }): unknown =>
  value === null ? null : (source ?? textOfMember(value));

/** Maps become objects, as JSON has them. */
const plain = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [String(key), plain(member)]));
  return Array.isArray(value) ? value.map(plain) : value;
};

const without = (what: string, entries: Entries): Entries => {
  for (const [name, value] of entries)
    if (value === null) throw new ClientError(`"${name}" is ${what}: give it a value`);
  return entries;
};

const dotenv: Format = {
  name: 'dotenv',
  extension: '.env',
  remark: '# ',
  parse: parseDotenv,
  format: (entries) => formatDotenv(new Map([...entries].map(([name, value]) => [name, textOfMember(value)]))),
};

/**
 * The format that was asked for, or the one that a file's name ends on.
 *
 * @param byDefault where neither says
 * @throws {ClientError} there is no such format
 */
export const formatOf = (asked: string | undefined, file: string | undefined, byDefault = dotenv): Format => {
  const ending = /\.(\w+)$/.exec(file ?? '')?.[1];
  const name = asked ?? { json: 'json', yaml: 'yaml', yml: 'yaml', env: 'dotenv' }[ending ?? ''];
  if (name === undefined) return byDefault;
  const format = [dotenv, json, yaml].find((one) => one.name === name);
  if (!format) throw new ClientError(`format: "${name}" is none of dotenv, json, yaml`);
  return format;
};
