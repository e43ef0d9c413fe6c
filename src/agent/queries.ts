import { Problem, text } from './answers.ts';

/** A secret that is asked for. */
export interface SecretQuery {
  readonly input: { readonly SecretId: string; readonly VersionId?: string; readonly VersionStage?: string };
  readonly refreshNow: boolean;
}

/** A parameter that is asked for. */
export interface ParameterQuery {
  readonly input: { readonly Name: string; readonly WithDecryption: boolean };
  readonly refreshNow: boolean;
}

/**
 * Reads the query of `/secretsmanager/get`, or what follows the path prefix.
 *
 * @param id from the path; undefined: the query names the secret
 * @throws {Problem} 400
 */
export const secretQuery = (query: string, id?: string): SecretQuery => {
  let secretId = id;
  let [versionId, versionStage]: (string | undefined)[] = [];
  let refreshNow = false;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'secretId' && id === undefined) secretId = value;
    else if (name === 'versionId') versionId = value;
    else if (name === 'versionStage') versionStage = value;
    else if (name === 'refreshNow') refreshNow = booleanOf(name, value);
    else throw unknown(name);
  }
  if (!secretId) throw new Problem(text(400, id === undefined ? 'missing parameter secretId' : 'missing secret ID'));
  return {
    input: {
      SecretId: secretId,
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(versionStage !== undefined && { VersionStage: versionStage }),
    },
    refreshNow,
  };
};

/**
 * Reads the query of `/systemsmanager/parameters/get`. Of a version and a label the first one counts.
 *
 * @throws {Problem} 400
 */
export const parameterQuery = (query: string): ParameterQuery => {
  let name: string | undefined;
  let selector: string | undefined;
  let withDecryption = false;
  let refreshNow = false;
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'name') name = value;
    else if (key === 'version' || key === 'label') selector ??= value;
    else if (key === 'withDecryption') withDecryption = booleanOf(key, value);
    else if (key === 'refreshNow') refreshNow = booleanOf(key, value);
    else throw unknown(key);
  }
  if (!name) throw new Problem(text(400, 'missing parameter name'));
  return { input: { Name: selector ? `${name}:${selector}` : name, WithDecryption: withDecryption }, refreshNow };
};

const unknown = (name: string): Problem => new Problem(text(400, `unknown parameter: ${name}`));

const booleanOf = (name: string, value: string): boolean => {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  if (lower === 'false' || lower === '0') return false;
  throw new Problem(text(400, `invalid ${name} value`));
};
