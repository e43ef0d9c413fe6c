import { ClientError } from '../client/client-error.ts';

/**
 * The variable that a name becomes: capitals, `_` for every character that is neither letter nor digit, `_` before a digit
 * at the start. `db/pass-word` becomes `DB_PASS_WORD`.
 *
 * @param prefix put before it as it is
 */
const variableName = (name: string, prefix = ''): string => {
  const variable = `${prefix}${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}`;
  return /^\d/.test(variable) ? `_${variable}` : variable;
};

/**
 * Gives each name its variable.
 *
 * @param where what the names are in, for the message
 * @throws {ClientError} two names become one variable, or a value cannot be one
 */
export const toVariables = (
  entries: Iterable<readonly [name: string, value: string]>,
  prefix: string,
  where: string,
): ReadonlyMap<string, string> => {
  const variables = new Map<string, string>();
  const nameOf = new Map<string, string>();
  for (const [name, value] of entries) {
    const variable = variableName(name, prefix);
    const other = nameOf.get(variable);
    if (other !== undefined) throw new ClientError(`${where}: "${other}" and "${name}" both become ${variable}`);
    if (value.includes('\0')) throw new ClientError(`${where}: "${name}" has a NUL in it, which no variable can have`);
    nameOf.set(variable, name);
    variables.set(variable, value);
  }
  return variables;
};
