import { fault } from '../../kernel/fault.ts';

/** Parameters that share a prefix: `Tags.member.1.Key=k` is the value `k` at Tags → member → 1 → Key. */
export interface FormNode {
  value: string | undefined;
  children: Map<string, FormNode> | undefined;
}

/** Parameters with more parts than this name nothing that any model has. */
const maxParts = 32;

/**
 * Most nodes of a tree: twice those of a PutMetricData of 1000 metrics with 30 dimensions each. A node takes some 250 bytes,
 * and two bytes of a form are enough to ask for one.
 */
export const maxNodes = 200_000;

/**
 * Arranges parameters by the dotted parts of their names. Memory grows with the form, never with the numbers in it.
 *
 * @throws {Fault} `MalformedQueryString`: more than {@link maxNodes}
 */
export const formTree = (form: ReadonlyMap<string, string>): FormNode => {
  const root: FormNode = { value: undefined, children: undefined };
  let nodes = 0;
  for (const [name, value] of form) {
    const parts = name.split('.', maxParts + 1);
    if (parts.length > maxParts) continue;
    let node = root;
    for (const part of parts) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (child === undefined) {
        if (++nodes > maxNodes) throw fault('MalformedQueryString');
        child = { value: undefined, children: undefined };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
};
