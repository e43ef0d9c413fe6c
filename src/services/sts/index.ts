import type { Service } from '../../kernel/operation.ts';
import { refusingVerifiers } from './federation.ts';
import { assumeRole } from './operations/assume-role.ts';
import { assumeRoleWithSaml } from './operations/assume-role-with-saml.ts';
import { assumeRoleWithWebIdentity } from './operations/assume-role-with-web-identity.ts';
import { assumeRoot } from './operations/assume-root.ts';
import { decodeAuthorizationMessage } from './operations/decode-authorization-message.ts';
import { getAccessKeyInfo } from './operations/get-access-key-info.ts';
import { getCallerIdentity } from './operations/get-caller-identity.ts';
import { getDelegatedAccessToken } from './operations/get-delegated-access-token.ts';
import { getFederationToken } from './operations/get-federation-token.ts';
import { getSessionToken } from './operations/get-session-token.ts';
import { getWebIdentityToken } from './operations/get-web-identity-token.ts';
import { refusingSessions } from './session-limits.ts';
import type { Sts } from './sts.ts';

export type { Verifiers } from './federation.ts';
export type { Sts } from './sts.ts';

/** What STS is set up with; without verifiers no identity provider is believed. */
export type StsParts = Omit<Sts, 'verifiers'> & Partial<Pick<Sts, 'verifiers'>>;

/** STS: who the caller is, and temporary credentials. */
export const sts = (parts: StsParts): Service => {
  const dependencies: Sts = { verifiers: refusingVerifiers, ...parts };
  return {
    name: 'sts',
    sharesEvents: true,
    operations: refusingSessions([
      assumeRole(dependencies),
      assumeRoleWithSaml(dependencies),
      assumeRoleWithWebIdentity(dependencies),
      assumeRoot(dependencies),
      decodeAuthorizationMessage(dependencies),
      getAccessKeyInfo(dependencies),
      getCallerIdentity,
      getDelegatedAccessToken(dependencies),
      getFederationToken(dependencies),
      getSessionToken(dependencies),
      getWebIdentityToken(dependencies),
    ]),
  };
};
