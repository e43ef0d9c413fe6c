import type { Principals } from '../../kernel/principals.ts';
import type { AccessKeys } from './access-keys.ts';
import type { LastUsed } from './last-used.ts';
import type { MfaDevices } from './mfa-devices.ts';
import type { SamlPrivateKeys } from './saml-private-keys.ts';
import type { ServiceUses } from './service-uses.ts';

/** What IAM's operations are given; the nouns without state of their own (users, policies, …) they import. */
export interface Iam {
  readonly accessKeys: AccessKeys;
  readonly lastUsed: LastUsed;
  readonly mfaDevices: MfaDevices;
  readonly samlPrivateKeys: SamlPrivateKeys;
  readonly serviceUses: ServiceUses;
  /** Who exists, for trust policies. */
  readonly principals: Principals;
}
