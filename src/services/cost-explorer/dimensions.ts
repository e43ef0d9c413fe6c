import type { Expression } from '@aws-sdk/client-cost-explorer';
import { fault } from '../../kernel/fault.ts';
import type { Cost } from './costs.ts';

/** The dimensions that costs here have. @see Cost Explorer API: DimensionValues */
const dimensions: Readonly<Record<string, (cost: Cost) => string>> = {
  LINKED_ACCOUNT: ({ account }) => account,
  RECORD_TYPE: () => 'Usage',
  REGION: ({ region }) => region,
  SERVICE: ({ service }) => service,
  SERVICE_CODE: ({ serviceCode }) => serviceCode,
  USAGE_TYPE: ({ usageType }) => usageType,
};

/** @throws {Fault} ValidationException: costs here have no such dimension */
export const dimensionOf = (key: string): ((cost: Cost) => string) => {
  const dimension = Object.hasOwn(dimensions, key) ? dimensions[key] : undefined;
  if (!dimension)
    throw fault(
      'ValidationException',
      `Dimension ${key} is not supported here; supported: ${Object.keys(dimensions).join(', ')}`,
    );
  return dimension;
};

/** Compiles a filter. @throws {Fault} ValidationException */
export const filterOf = (expression: Expression | undefined): ((cost: Cost) => boolean) => {
  if (!expression) return () => true;
  const { And, Or, Not, Dimensions, Tags, CostCategories } = expression;
  const parts = [And, Or, Not, Dimensions, Tags, CostCategories].filter((part) => part !== undefined);
  if (parts.length !== 1) throw fault('ValidationException', 'Expression must have exactly one root operator');
  if (And) {
    const all = And.map(filterOf);
    return (cost) => all.every((holds) => holds(cost));
  }
  if (Or) {
    const any = Or.map(filterOf);
    return (cost) => any.some((holds) => holds(cost));
  }
  if (Not) {
    const holds = filterOf(Not);
    return (cost) => !holds(cost);
  }
  if (!Dimensions) throw fault('ValidationException', 'Costs have neither tags nor cost categories here');
  const { Key = '', Values = [], MatchOptions = ['EQUALS'] } = Dimensions;
  const read = dimensionOf(Key);
  const matches = matcherOf(MatchOptions);
  return (cost) => Values.some((value) => matches(read(cost), value));
};

const matcherOf = (options: readonly string[]): ((actual: string, wanted: string) => boolean) => {
  const fold = options.includes('CASE_INSENSITIVE') ? (text: string) => text.toLowerCase() : (text: string) => text;
  if (options.includes('STARTS_WITH')) return (actual, wanted) => fold(actual).startsWith(fold(wanted));
  if (options.includes('ENDS_WITH')) return (actual, wanted) => fold(actual).endsWith(fold(wanted));
  if (options.includes('CONTAINS')) return (actual, wanted) => fold(actual).includes(fold(wanted));
  return (actual, wanted) => fold(actual) === fold(wanted);
};
