import type { SessionClaims } from '../../kernel/session-token.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import { type DelegationRequestRecord, delegationRequests } from './delegation-requests.ts';

/** What an exchange token is worth: a session of the approver, bounded by what was asked for. */
export interface DelegatedAccess {
  readonly assumedPrincipal: string;
  readonly claims: Omit<SessionClaims, 'issuedAt' | 'expiresAt'>;
  /** How long the session may still be; zero or less once the delegated time is over. */
  readonly seconds: number;
}

/** Makes exchange tokens and trades them in; a token is the sealed id of its request, for its requestor only. */
export class DelegatedAccesses {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('iam.exchange-token')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /** The token of a request that is finalized. */
  tokenOf({ id, requestorAccount }: DelegationRequestRecord): string {
    return this.#wrap.wrap(Buffer.from(id), requestorAccount);
  }

  /**
   * @param account who has the token
   * @returns undefined for whatever is not a token of a request of that account
   */
  find(tx: Transaction, account: string, token: string, now: Date): DelegatedAccess | undefined {
    const id = this.#open(token, account);
    const record = id === undefined ? undefined : delegationRequests.find(tx, id);
    if (record?.finalizedAt === undefined || !record.approver) return undefined;
    const seconds = Math.floor((record.finalizedAt + record.sessionSeconds * 1000 - now.getTime()) / 1000);
    const { arn: assumedPrincipal, claims } = record.approver;
    const policies = { documents: [record.permissions.document], arns: [] };
    return { assumedPrincipal, claims: { ...claims, policies, delegate: account }, seconds };
  }

  #open(token: string, account: string): string | undefined {
    return this.#wrap.findUnwrapped(token, account)?.toString();
  }
}
