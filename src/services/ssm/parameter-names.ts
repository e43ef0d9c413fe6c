import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';

/** Whose parameter, and where. */
export interface ParameterPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** A parameter as requests name it: by name or ARN, with a version or label after a colon. */
export interface ParameterReference extends ParameterPlace {
  /** Other spellings of the same ARN: `parameter/x` stands for `x` and for `/x`. */
  readonly alternative?: string;
  /** `3` or a label; absent: the latest version. */
  readonly selector?: string;
}

const maxLevels = 15;
/** Of the whole ARN: names of up to 1011 characters fit into it with its prefix. */
const maxNameLength = 1011;

/** The ARN of a parameter. Public parameters belong to no account. */
export const parameterArn = ({ account, region, name }: ParameterPlace): string =>
  `arn:aws:ssm:${region}:${isPublic(name) ? '' : account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

/** Whether a name belongs to AWS's public parameters. */
export const isPublic = (name: string): boolean => /^\/aws\/service\//.test(name);

const parameterArnPattern = /^arn:aws[\w-]*:ssm:([a-z0-9-]+):(\d{12})?:parameter\/(.+)$/;

/**
 * Reads what a request names.
 *
 * @throws {Fault} ValidationException: the ARN is malformed, or of another Region
 */
export const parseReference = (given: string, call: Call): ParameterReference => {
  const text = given.trim();
  if (!text.startsWith('arn:')) return { account: call.account, region: call.region, ...splitSelector(text) };
  const [, region, account = '', path = ''] = parameterArnPattern.exec(text) ?? [];
  if (region === undefined || region !== call.region || path.startsWith('/')) {
    throw fault('ValidationException', `Parameter ARN is not valid: ${text}`);
  }
  const { name, selector } = splitSelector(path);
  const place = { account: account || call.account, region, ...(selector !== undefined && { selector }) };
  return name.includes('/') ? { ...place, name: `/${name}` } : { ...place, name, alternative: `/${name}` };
};

const splitSelector = (text: string): { readonly name: string; readonly selector?: string } => {
  const colon = text.indexOf(':');
  return colon === -1 ? { name: text } : { name: text.slice(0, colon), selector: text.slice(colon + 1) };
};

/** AWS's one sentence for characters that names do not have and for `/ssm`. @see aws/aws-sdk-php#1952 */
const wrongCharacters =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

/** Checks the characters of a name that is to be read. @throws {Fault} ValidationException @see localstack/localstack#7712 */
export const requireCharacters = (name: string): void => {
  if (!/^[\w./-]+$/.test(name)) throw invalid(wrongCharacters);
};

/**
 * Checks the name of a parameter that is to be created.
 *
 * @throws {Fault} ValidationException, HierarchyLevelLimitExceededException; AccessDeniedException under `/aws/`
 * @see Systems Manager user guide: "Creating Systems Manager parameters", requirements and constraints for names
 */
export const requireName = ({ name, account, region }: ParameterPlace): void => {
  const isPath = name.startsWith('/') && name.includes('/', 1);
  if (isPath && /^\/aws/i.test(name))
    throw fault('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (isPath && /^\/ssm/i.test(name)) throw invalid(wrongCharacters);
  if (/^\/?(aws|ssm)/i.test(name))
    throw invalid(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`);
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  const levels = name.startsWith('/') ? name.slice(1).split('/') : [name];
  if (!levels.every((level) => /^[\w.-]+$/.test(level))) {
    throw invalid(wrongCharacters);
  }
  if (levels.length > maxLevels) {
    throw fault(
      'HierarchyLevelLimitExceededException',
      `Hierarchy level limit of ${maxLevels} exceeded. The parameter ${name} has ${levels.length} levels.`,
    );
  }
  if (parameterArn({ name, account, region }).length > maxNameLength) {
    throw invalid(`Parameter name: the ARN of a parameter has at most ${maxNameLength} characters.`);
  }
};

/**
 * Checks a path to search below. @returns it with one slash at its end
 *
 * @throws {Fault} ValidationException
 */
export const requirePath = (path: string): string => {
  if (!/^\/([\w.-]+(\/[\w.-]+)*\/?)?$/.test(path)) throw invalid(pathText);
  return path.endsWith('/') ? path : `${path}/`;
};

const pathText =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

const invalid = (message: string): Fault => fault('ValidationException', message);
