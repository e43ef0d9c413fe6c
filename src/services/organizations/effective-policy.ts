import { isOperator, operators, type ValueOperator } from './inheritance-operators.ts';

/** A document of a management policy, parsed. */
type Document = { readonly [member: string]: Document | Setting };
/** What an operator takes. */
type Setting = string | number | boolean | readonly Scalar[];
type Scalar = string | number | boolean;

/** What inheritance has made of one place in the documents so far. */
interface Node {
  readonly children: Map<string, Node>;
  value?: Setting;
  /** Operators that policies further down may use here and below, as policies above said; absent: all. */
  allowed?: ReadonlySet<string>;
  /** The same, as the level at hand says; in force from the next level on. */
  restricted?: ReadonlySet<string>;
}

/**
 * Merges management policies into the one that is in force for an account.
 *
 * @param levels documents on the root, each OU and the account, from the root down
 * @returns the effective document: settings without operators
 * @see Organizations User Guide: "Inheritance operators", "Inheritance examples"
 */
export const effectivePolicy = (levels: readonly (readonly string[])[]): string => {
  const root: Node = { children: new Map() };
  for (const level of levels) {
    for (const content of level) merge(root, JSON.parse(content) as Document, operators.all);
    settle(root);
  }
  return JSON.stringify(render(root) ?? {});
};

/**
 * Requires that a document is made of settings and known operators.
 *
 * @param topLevel its first member: `tags`
 * @throws {SyntaxError}
 */
export const requireInheritable = (content: string, topLevel: string): void => {
  const document: unknown = JSON.parse(content);
  if (!isObject(document) || !isObject(document[topLevel]) || Object.keys(document).some((name) => name !== topLevel)) {
    throw new SyntaxError(`the document must have the one member ${topLevel}`);
  }
  requireOperators(document[topLevel]);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const requireOperators = (document: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(document)) {
    if (!name.startsWith('@@')) {
      if (isObject(value)) requireOperators(value);
      else throw new SyntaxError('a setting needs an operator');
      continue;
    }
    if (!isOperator(name)) throw new SyntaxError(`there is no operator ${name}`);
    const settings = Array.isArray(value) ? value : [value];
    if (settings.some((setting) => typeof setting === 'object')) throw new SyntaxError('operators take settings');
    if (name === operators.childControl) childControl(value as Setting);
    else if (name !== '@@assign' && !Array.isArray(value)) throw new SyntaxError('append and remove take lists');
  }
};

/** @param inherited operators allowed above this place */
const merge = (node: Node, document: Document, inherited: ReadonlySet<string>): void => {
  const allowed = node.allowed ?? inherited;
  for (const [name, value] of Object.entries(document)) {
    if (name === operators.childControl) {
      const wanted = childControl(value as Setting);
      // A lower policy narrows what those above it allow, and never widens it.
      node.restricted = new Set([...wanted].filter((operator) => allowed.has(operator)));
    } else if (isOperator(name)) {
      if (allowed.has(name)) node.value = operators.values[name as ValueOperator](node.value, value as Setting);
    } else {
      const child = node.children.get(name) ?? { children: new Map() };
      node.children.set(name, child);
      merge(child, value as Document, allowed);
    }
  }
};

/** Puts in force for the next level what this one said about operators. */
const settle = (node: Node): void => {
  if (node.restricted) {
    node.allowed = node.restricted;
    delete node.restricted;
  }
  for (const child of node.children.values()) settle(child);
};

const childControl = (value: Setting): ReadonlySet<string> => {
  const named = (Array.isArray(value) ? value : [value]) as readonly Scalar[];
  if (named.includes('@@all')) return operators.all;
  if (named.includes('@@none')) return new Set();
  if (!named.every((name) => operators.all.has(String(name)))) throw new SyntaxError('unknown operator for children');
  return new Set(named.map(String));
};

/** @returns undefined where nothing is set, here or below */
const render = ({ value, children }: Node): unknown => {
  if (children.size === 0) return Array.isArray(value) && value.length === 0 ? undefined : value;
  const members = [...children].map(([name, child]) => [name, render(child)] as const);
  const set = members.filter(([, member]) => member !== undefined);
  return set.length === 0 ? undefined : Object.fromEntries(set);
};
