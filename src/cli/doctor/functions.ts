import { describeIsolation } from '../../services/lambda/index.ts';
import { type Check, ok, warning } from './finding.ts';

/** What keeps Lambda functions away from this host, and from one another. */
export const checkFunctions: Check = () => {
  const { description, weaknesses } = describeIsolation();
  if (weaknesses.length === 0) return [ok('functions', `Lambda functions have their ${description}`)];
  return weaknesses.map((fix) => warning('functions', `Lambda functions have: ${description}`, fix));
};
