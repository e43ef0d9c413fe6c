import type { Identities } from './caller.ts';
import type { Organizations } from './organizations.ts';

/** The same identities, without the credentials of closed accounts: they are as unknown as deleted ones. */
export const ofActiveAccounts = (identities: Identities, organizations: Organizations): Identities => ({
  ...identities,
  findCredential: (tx, accessKeyId, sessionToken, now) => {
    const credential = identities.findCredential(tx, accessKeyId, sessionToken, now);
    return credential && organizations.isClosed(tx, credential.caller.account) ? undefined : credential;
  },
});
