import type { StoredUsage } from '../../events/stored-usage.ts';
import type { Call } from '../../kernel/call.ts';
import type { Meter } from '../../kernel/meter.ts';
import { anyResource, type Resource } from '../../kernel/operation.ts';

/** What operations work with. */
export interface CostExplorer {
  readonly usage: StoredUsage;
  readonly meters: readonly Meter[];
}

/** The account's own costs. */
export const ownCosts = ({ account }: Call): { readonly resource: Resource } => ({ resource: anyResource(account) });
