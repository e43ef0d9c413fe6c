import type { Document, Node } from 'yaml';
import { ConfigError } from '../../setting-values.ts';
import { loadYaml } from '../../yaml.ts';

/** A YAML or JSON file whose values know their places, so that what is wrong is said with its line. */
export class LocatedYaml {
  readonly #path: string;
  readonly #yaml = loadYaml();
  readonly #lines = new this.#yaml.LineCounter();
  readonly #document: Document;

  /** @throws {ConfigError} the text is no YAML */
  constructor(path: string, text: string) {
    this.#path = path;
    this.#document = this.#yaml.parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) throw this.#errorAt(error.pos[0], error.message);
  }

  /** The value of the whole file; undefined: it is empty. */
  get root(): Node | undefined {
    return this.#document.contents ?? undefined;
  }

  /** An error that names the place of a value. */
  error(node: Node | undefined, message: string): ConfigError {
    return this.#errorAt(node?.range?.[0] ?? 0, message);
  }

  /** Line of a value, from 1. */
  lineOf(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }

  /**
   * The entries of a mapping by name.
   *
   * @param known the names that it may have; absent: any
   * @throws {ConfigError} anything else than a mapping, or an unknown name
   */
  mapping(node: Node | undefined, what: string, known?: readonly string[]): ReadonlyMap<string, Node> {
    const found = this.#resolved(node);
    if (!this.#yaml.isMap(found)) throw this.error(node, `${what}: expected "name: value" entries`);
    const entries = new Map<string, Node>();
    for (const { key, value } of found.items) {
      const name = this.#yaml.isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) throw this.error(key as Node, `${what}: a name must be text`);
      if (known && !known.includes(name)) {
        throw this.error(key as Node, `${what}: unknown field "${name}"; known: ${known.join(', ')}`);
      }
      if (value === null) throw this.error(key as Node, `${what}: "${name}" has no value`);
      entries.set(name, value as Node);
    }
    return entries;
  }

  /** The items of a list; undefined: it is no list. */
  findItems(node: Node): readonly Node[] | undefined {
    const found = this.#resolved(node);
    return this.#yaml.isSeq(found) ? (found.items as Node[]) : undefined;
  }

  /** The text of a scalar, numbers and booleans as they are written; undefined: it is none. */
  findScalar(node: Node): string | undefined {
    const found = this.#resolved(node);
    if (!this.#yaml.isScalar(found) || found.value === null) return undefined;
    return typeof found.value === 'string' ? found.value : (found.source ?? String(found.value));
  }

  /** @throws {ConfigError} no text */
  text(node: Node | undefined, what: string): string {
    const found = node && this.findScalar(node);
    if (found === undefined) throw this.error(node, `${what}: expected text`);
    return found;
  }

  /** The value as JSON has it. */
  toJson(node: Node): unknown {
    return node.toJS(this.#document, { maxAliasCount: 100 });
  }

  #resolved(node: Node | undefined): Node | undefined {
    return this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
  }

  #errorAt(offset: number, message: string): ConfigError {
    const { line, col } = this.#lines.linePos(offset);
    return new ConfigError(`${this.#path}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`);
  }
}
