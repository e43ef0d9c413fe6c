/** Parameters that share a prefix: `Tags.member.1.Key=k` is the value `k` at Tags → member → 1 → Key. */
export interface FormNode {
  value: string | undefined;
  children: Map<string, FormNode> | undefined;
}

/** Parameters with more parts than this name nothing that any model has. */
const maxParts = 32;

/** Arranges parameters by the dotted parts of their names. Memory grows with the form, never with the numbers in it. */
export const formTree = (form: ReadonlyMap<string, string>): FormNode => {
  const root: FormNode = { value: undefined, children: undefined };
  for (const [name, value] of form) {
    const parts = name.split('.', maxParts + 1);
    if (parts.length > maxParts) continue;
    let node = root;
    for (const part of parts) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (child === undefined) {
        child = { value: undefined, children: undefined };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
};
