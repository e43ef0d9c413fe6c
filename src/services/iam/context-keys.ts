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
const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{([^},*?$\s]+)[^}]*\}/g)].map(([, name]) => name!);
