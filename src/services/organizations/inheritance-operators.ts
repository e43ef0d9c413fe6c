type Scalar = string | number | boolean;
type Setting = Scalar | readonly Scalar[];

/** Operators that set values. */
export type ValueOperator = '@@assign' | '@@append' | '@@remove';

const toList = (setting: Setting | undefined): readonly Scalar[] =>
  setting === undefined ? [] : Array.isArray(setting) ? setting : [setting as Scalar];

/** What each operator makes of what is inherited. @see Organizations User Guide: "Inheritance operators" */
const values: Readonly<Record<ValueOperator, (inherited: Setting | undefined, given: Setting) => Setting>> = {
  '@@assign': (_inherited, given) => given,
  '@@append': (inherited, given) => [...new Set([...toList(inherited), ...toList(given)])],
  '@@remove': (inherited, given) => toList(inherited).filter((value) => !toList(given).includes(value)),
};

/** The operators of management policies. */
export const operators = {
  values,
  all: new Set(Object.keys(values)) as ReadonlySet<string>,
  /** Says which of them policies further down may use. */
  childControl: '@@operators_allowed_for_child_policies',
} as const;

/** Whether a member of a document is an operator that there is. */
export const isOperator = (name: string): boolean => operators.all.has(name) || name === operators.childControl;
