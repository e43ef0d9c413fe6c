import { randomUuid } from './crypto/random.ts';
import type { IamService } from './services/iam/index.ts';
import type { Store } from './store/store.ts';
import { type AdminRoutes, adminAnswer } from './wire/admin.ts';

/** Where issuers of web identity tokens are found; their ids follow. */
export const issuerPath = '/_bulwark/oidc/';

/**
 * Publishes the issuers of web identity tokens, to everybody: the discovery document and the keys that verify tokens.
 *
 * @see OpenID Connect Discovery 1.0 §4; RFC 7517 §5
 */
export const webIdentityRoutes = (store: Store, identity: IamService): AdminRoutes => ({
  [`GET ${issuerPath}*`]: async ({ path }) => {
    const [, issuerId, document] = form.exec(path) ?? [];
    const issuer = issuerId && (await store.transact((tx) => identity.findIssuer(tx, issuerId)));
    if (!issuer) return adminAnswer(404, { message: 'there is no such issuer' }, randomUuid());
    const { url, keySet } = issuer;
    return adminAnswer(200, document === 'jwks.json' ? keySet : discoveryOf(url), randomUuid());
  },
});

const form = /^\/_bulwark\/oidc\/([0-9a-f-]{36})\/\.well-known\/(openid-configuration|jwks\.json)$/;

const discoveryOf = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES384'],
  claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti'],
});
