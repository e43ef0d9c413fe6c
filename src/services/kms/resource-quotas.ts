import type { Quota } from '../../kernel/quota.ts';

const resource = (code: string, name: string, value: number, adjustable = true): Quota => ({
  service: 'kms',
  code,
  name,
  description: `Maximum number of ${name}.`,
  value,
  perSecond: false,
  adjustable,
});

/** @see KMS developer guide: "Resource quotas" */
export const quotas = {
  /** Customer managed keys in an account and Region, in whatever state. */
  keys: resource('L-C2F1777E', 'Customer Master Keys (CMKs)', 100_000),
  aliasesPerKey: resource('L-340F62FB', 'Aliases per CMK', 50),
  grantsPerKey: resource('L-D594A657', 'Grants per CMK', 50_000),
  customKeyStores: resource('L-F33DCFEB', 'Custom Key Stores', 10),
  rotationsOnDemand: resource('L-0E66C9C0', 'On-demand rotations per CMK', 25, false),
} as const;

/** As Service Quotas lists them; that of custom key stores AWS does not list. */
export const resourceQuotas: readonly Quota[] = [
  quotas.keys,
  quotas.aliasesPerKey,
  quotas.grantsPerKey,
  quotas.rotationsOnDemand,
];
