import type { Accounts } from '../../kernel/accounts.ts';
import type { Principals } from '../../kernel/principals.ts';

/** What operations need of others. */
export interface OrganizationsParts {
  /** Accounts as such, which come into being here. */
  readonly accounts: Accounts;
  /** Who exists, for the organization's resource policy. */
  readonly principals: Principals;
}
