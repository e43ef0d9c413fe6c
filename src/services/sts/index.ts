import type { Service } from '../../kernel/operation.ts';
import { getAccessKeyInfo } from './operations/get-access-key-info.ts';
import { getCallerIdentity } from './operations/get-caller-identity.ts';
import { getSessionToken } from './operations/get-session-token.ts';
import type { Sts } from './sts.ts';

export type { Sts } from './sts.ts';

/** STS: who the caller is, and temporary credentials. */
export const sts = (dependencies: Sts): Service => ({
  name: 'sts',
  operations: [getAccessKeyInfo(dependencies), getCallerIdentity, getSessionToken(dependencies)],
});
