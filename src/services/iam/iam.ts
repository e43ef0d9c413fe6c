import type { Principals } from '../../kernel/principals.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { AccessKeys } from './access-keys.ts';
import type { DelegatedAccesses } from './delegated-access.ts';
import type { LastUsed } from './last-used.ts';
import type { MfaDevices } from './mfa-devices.ts';
import type { OutboundFederation } from './outbound-federation.ts';
import type { SamlPrivateKeys } from './saml-private-keys.ts';
import type { ServiceUses } from './service-uses.ts';

/** What IAM's operations are given; the nouns without state of their own (users, policies, …) they import. */
export interface Iam {
  readonly accessKeys: AccessKeys;
  readonly lastUsed: LastUsed;
  readonly mfaDevices: MfaDevices;
  readonly samlPrivateKeys: SamlPrivateKeys;
  /** Wraps the private keys of server certificates, with the certificate's id as context. */
  readonly serverKeyWrap: KeyWrap;
  readonly serviceUses: ServiceUses;
  readonly outboundFederation: OutboundFederation;
  readonly delegatedAccesses: DelegatedAccesses;
  /** Who exists, for trust policies. */
  readonly principals: Principals;
}
