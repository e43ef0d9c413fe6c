import type { PolicyKind } from './ast.ts';

/** Whether a statement of this kind of policy may have an element. */
export type Presence = 'required' | 'optional' | 'prohibited';

/** What a kind of policy must and must not contain. */
export interface GrammarRules {
  /** Principal or NotPrincipal. */
  readonly principal: Presence;
  /** Action or NotAction. */
  readonly action: Presence;
  /** Resource or NotResource. */
  readonly resource: Presence;
  /** Version 2012-10-17 is obligatory. */
  readonly current: boolean;
  /** IAM's checks of Sid characters and of the form of resources; other services take any text and let it match nothing. */
  readonly strict: boolean;
  /** The only vendor that actions may have. */
  readonly vendor?: string;
}

/** One row per kind. @see IAM: "Grammar of the IAM JSON policy language"; Organizations: "SCP syntax", "RCP syntax" */
export const grammar: Readonly<Record<PolicyKind, GrammarRules>> = {
  managed: { principal: 'prohibited', action: 'required', resource: 'required', current: true, strict: true },
  identity: { principal: 'prohibited', action: 'required', resource: 'required', current: false, strict: true },
  scp: { principal: 'prohibited', action: 'required', resource: 'required', current: true, strict: true },
  rcp: { principal: 'required', action: 'required', resource: 'required', current: true, strict: true },
  trust: {
    principal: 'required',
    action: 'required',
    resource: 'prohibited',
    current: false,
    strict: true,
    vendor: 'sts',
  },
  // A key policy without Action or Resource is accepted and has no effect (KMS: "Key policy elements").
  key: { principal: 'required', action: 'optional', resource: 'optional', current: false, strict: false },
  resource: { principal: 'required', action: 'required', resource: 'optional', current: false, strict: false },
  'vpc-endpoint': { principal: 'required', action: 'required', resource: 'required', current: false, strict: false },
};

/** Elements of the document; everything else is an error. */
export const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
/** Elements of a statement; everything else is an error. */
export const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
