import type { Service } from '../../kernel/operation.ts';
import type { CostExplorer } from './cost-explorer.ts';
import { getCostAndUsage } from './operations/get-cost-and-usage.ts';
import { getDimensionValues } from './operations/get-dimension-values.ts';

/** Cost Explorer: what AWS would ask for what was used here. */
export const costExplorer = (parts: CostExplorer): Service => ({
  name: 'ce',
  operations: [getCostAndUsage(parts), getDimensionValues(parts)],
});
