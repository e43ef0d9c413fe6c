import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import type { DelegationParameter, DelegationPermissions } from './delegation-requests.ts';
import { defaultVersion, policies } from './policies.ts';
import { requireWellFormed } from './policy-documents.ts';

/**
 * The permissions that a template and its parameters ask for. AWS registers templates of its partners by hand; here a
 * template is a managed policy, the requestor's own or one of AWS's. `@{Name}` in one of its values stands for a parameter; of
 * one of type `stringList`, the value is there once for each of its values.
 *
 * @throws {Fault} `InvalidInput` for a template that is not there, or parameters that do not fill it in
 */
export const permissionsOf = (
  tx: Transaction,
  requestorAccount: string,
  templateArn: string | undefined,
  parameters: readonly DelegationParameter[],
): DelegationPermissions => {
  const template = templateArn === undefined ? undefined : policies.find(tx, templateArn);
  if (!template || !isOf(template.arn, requestorAccount)) {
    throw fault('InvalidInput', `The policy template ${templateArn ?? ''} does not exist.`);
  }
  const wrong = parameters.find(({ type, values }) => values.length === 0 || (type === 'string' && values.length > 1));
  if (wrong) throw fault('InvalidInput', `The parameter ${wrong.name} has the wrong number of values.`);
  const filled = fill(JSON.parse(defaultVersion(template).document), parameters);
  const document = JSON.stringify(filled);
  const missing = /@\{([^}]*)\}/.exec(document)?.[1];
  if (missing !== undefined)
    throw fault('InvalidInput', `The parameter ${missing} of the policy template has no value.`);
  requireValid(document);
  return { templateArn: template.arn, parameters, document };
};

const isOf = (arn: string, account: string): boolean =>
  arn.startsWith('arn:aws:iam::aws:') || arn.startsWith(`arn:aws:iam::${account}:`);

const requireValid = (document: string): void => {
  try {
    requireWellFormed(document, 'identity');
  } catch (cause) {
    throw fault('InvalidInput', 'The policy template with these parameters is not a valid policy.', { cause });
  }
};

const fill = (value: unknown, parameters: readonly DelegationParameter[]): unknown => {
  if (typeof value === 'string') return fillText(value, parameters);
  if (Array.isArray(value))
    return value.flatMap((element): readonly unknown[] => listOf(element, parameters) ?? [fill(element, parameters)]);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, unknown] => [
      name,
      listOf(member, parameters) ?? fill(member, parameters),
    ]),
  );
};

/** A value as many times as the parameter of type `stringList` in it has values. */
const listOf = (value: unknown, parameters: readonly DelegationParameter[]): readonly string[] | undefined => {
  if (typeof value !== 'string') return undefined;
  const list = parameters.find(({ name, type }) => type === 'stringList' && value.includes(`@{${name}}`));
  return list?.values.map((each) =>
    fillText(
      value.replaceAll(`@{${list.name}}`, () => each),
      parameters,
    ),
  );
};

const fillText = (text: string, parameters: readonly DelegationParameter[]): string =>
  text.replace(
    /@\{([^}]*)\}/g,
    (whole, asked) => parameters.find(({ name, type }) => name === asked && type === 'string')?.values[0] ?? whole,
  );

/** The permissions boundaries that a policy asks of roles it lets be made. */
export const requiredBoundaries = (document: string): readonly string[] => {
  const { Statement } = JSON.parse(document) as { readonly Statement: PolicyStatement | readonly PolicyStatement[] };
  const conditions = [Statement].flat().flatMap(({ Condition = {} }) => Object.values(Condition));
  const keys = conditions.flatMap((of) => Object.entries(of));
  return keys.filter(([key]) => key.toLowerCase() === 'iam:permissionsboundary').flatMap(([, values]) => values);
};

interface PolicyStatement {
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
