import type { Policy } from '../../policy/policy.ts';

/** Every condition key and policy variable that policies name, each once, sorted. */
export const contextKeysOf = (policies: readonly Policy[]): string[] => {
  const found = new Map<string, string>();
  for (const name of policies.flatMap(namesIn)) if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
  return [...found.values()].sort();
};

const namesIn = ({ statements }: Policy): readonly string[] =>
  statements.flatMap(({ conditions, resource = [], notResource = [] }) => [
    ...conditions.flatMap(({ key, values }) => [...(key.includes('${') ? [] : [key]), ...values.flatMap(variablesIn)]),
    ...[...resource, ...notResource].flatMap(variablesIn),
  ]);

/** `${aws:username}`, also with a default; `${*}`, `${?}` and `${$}` are no variables. */
const variablesIn = (text: string): readonly string[] => {
  const names: string[] = [];
  let end = -1;
  let next = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', next)) {
    if (end < at) end = text.indexOf('}', at);
    if (end === -1) break;
    const name = /^[^},*?$\s]+/.exec(text.slice(at + 2, end))?.[0];
    if (name !== undefined) names.push(name);
    next = name === undefined ? at + 2 : end;
  }
  return names;
};
