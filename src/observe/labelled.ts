/** One instrument of a family with the labels that set it apart. */
export interface Child<T> {
  readonly labels: Readonly<Record<string, string>>;
  readonly child: T;
}

/** Beyond this many combinations of label values, all further ones share one instrument: no client can fill the memory. */
const maxChildren = 10_000;

/** Instruments of one family, made when their label values are first seen. */
export class Labelled<T> {
  readonly #names: readonly string[];
  readonly #make: () => T;
  readonly #children = new Map<string, Child<T>>();

  constructor(names: readonly string[], make: () => T) {
    this.#names = names;
    this.#make = make;
  }

  /** The instrument of these values, in the order of the label names. Hot paths keep what it returns. */
  of(...values: readonly string[]): T {
    const known = this.#children.get(values.join('\0'));
    if (known) return known.child;
    const kept = this.#children.size < maxChildren ? values : values.map(() => 'other');
    const id = kept.join('\0');
    const child = this.#children.get(id) ?? {
      labels: Object.fromEntries(this.#names.map((name, at) => [name, kept[at]!])),
      child: this.#make(),
    };
    this.#children.set(id, child);
    return child.child;
  }

  entries(): readonly Child<T>[] {
    return [...this.#children.values()];
  }
}
