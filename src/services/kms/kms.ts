import type { Principals } from '../../kernel/principals.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { Aliases } from './aliases.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';
import type { GrantTokens } from './grant-tokens.ts';
import type { Grants } from './grants.ts';
import type { ImportTokens } from './import-tokens.ts';
import type { KeyUses } from './key-uses.ts';
import type { Keys } from './keys.ts';
import type { Recipients } from './recipient.ts';

/** The nouns that operations work with. */
export interface Kms {
  readonly keys: Keys;
  readonly aliases: Aliases;
  readonly grants: Grants;
  readonly grantTokens: GrantTokens;
  readonly stores: CustomKeyStores;
  /** When keys were last used. */
  readonly uses: KeyUses;
  /** Which principals exist; key policies name only those. */
  readonly principals: Principals;
  /** Wraps key material inside key records. */
  readonly keyWrap: KeyWrap;
  /** Parameters of imports that are under way. */
  readonly importTokens: ImportTokens;
  /** Nitro enclaves that prove what they run. */
  readonly recipients: Recipients;
  /** Whether requests can reach a Region: no key is made where none can. */
  hasRegion(region: string): boolean;
}
