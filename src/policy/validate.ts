import type { Policy, Statement } from './ast.ts';
import { readDate } from './conditions/date.ts';
import { parseOperatorName } from './conditions/index.ts';
import { type GrammarRules, grammar } from './grammar.ts';
import { PolicySyntaxError } from './syntax-error.ts';
import { failsLegacyParsing, resourceError } from './validate-resource.ts';

/**
 * Checks a policy whose syntax is right, in the order in which IAM reports.
 *
 * @throws {PolicySyntaxError} the first rule that is broken
 */
export function validatePolicy(policy: Policy): void {
  const rules = grammar[policy.kind];
  const { statements } = policy;
  for (const statement of statements) requireLegacyForm(statement, rules);
  requireUniqueSids(statements);
  for (const statement of statements) requireActions(statement, rules);
  for (const statement of statements) {
    requireResources(statement, rules);
    requireResourceForm(statement, rules);
  }
  for (const statement of statements) for (const action of actionsOf(statement)) requireActionForm(action, rules);
}

const actionsOf = (statement: Statement): readonly string[] => statement.action ?? statement.notAction ?? [];
const resourcesOf = (statement: Statement): readonly string[] => statement.resource ?? statement.notResource ?? [];

function requireLegacyForm(statement: Statement, rules: GrammarRules): void {
  const dates = statement.conditions.filter(({ operator }) => parseOperatorName(operator)?.name.startsWith('Date'));
  const badDate = dates.some(({ values }) =>
    values.some((value) => !value.includes('${') && readDate(value) === undefined),
  );
  const badResource = rules.strict && resourcesOf(statement).some(failsLegacyParsing);
  const exactEffect = statement.effect === 'Allow' || statement.effect === 'Deny';
  if (!exactEffect || badDate || badResource) throw new PolicySyntaxError('The policy failed legacy parsing');
  if (rules.strict && statement.sid !== undefined && !/^[0-9A-Za-z]*$/.test(statement.sid)) {
    throw new PolicySyntaxError(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
}

function requireUniqueSids(statements: readonly Statement[]): void {
  const sids = statements.map(({ sid }) => sid).filter((sid) => sid !== undefined && sid !== '');
  if (new Set(sids).size !== sids.length) {
    throw new PolicySyntaxError('Statement IDs (SID) in a single policy must be unique.');
  }
}

function requireActions(statement: Statement, rules: GrammarRules): void {
  const actions = actionsOf(statement);
  if (rules.action === 'required' && actions.length === 0) {
    throw new PolicySyntaxError('Policy statement must contain actions.');
  }
  if (actions.some((action) => action !== '*' && !action.includes(':'))) {
    throw new PolicySyntaxError('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
}

function requireResources(statement: Statement, rules: GrammarRules): void {
  if (rules.resource === 'required' && resourcesOf(statement).length === 0) {
    throw new PolicySyntaxError('Policy statement must contain resources.');
  }
}

function requireResourceForm(statement: Statement, rules: GrammarRules): void {
  if (!rules.strict) return;
  for (const resource of resourcesOf(statement)) {
    const error = resourceError(resource);
    if (error !== undefined) throw new PolicySyntaxError(error);
  }
}

function requireActionForm(action: string, rules: GrammarRules): void {
  if (action === '*' && rules.vendor === undefined) return;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length > 1) throw new PolicySyntaxError('Actions/Condition can contain only one colon.');
  if (!/^[a-zA-Z0-9.*?-]+$/.test(vendor)) throw new PolicySyntaxError(`Vendor ${vendor} is not valid`);
  if (rules.vendor !== undefined && vendor.toLowerCase() !== rules.vendor) {
    throw new PolicySyntaxError('AssumeRole policy may only specify STS AssumeRole actions.');
  }
}
