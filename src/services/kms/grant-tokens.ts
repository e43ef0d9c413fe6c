import { fault } from '../../kernel/fault.ts';
import type { Service } from '../../kernel/operation.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import type { GrantRecord } from './grant-record.ts';
import type { Grants } from './grants.ts';

/**
 * Grant tokens: sealed names of grants. A grant is in force at once, so a token adds nothing to a request; but one that
 * names no grant is refused, as AWS does.
 *
 * @see KMS developer guide: "Using a grant token"
 */
export class GrantTokens {
  readonly #wrap: KeyWrap;
  readonly #grants: Grants;

  /** @param wrap `store.keyWrap('kms.grant-token')` */
  constructor(wrap: KeyWrap, grants: Grants) {
    this.#wrap = wrap;
    this.#grants = grants;
  }

  /** A new token of a grant; each is another text. */
  issue({ account, region, keyId, id }: GrantRecord): string {
    return this.#wrap.wrap(Buffer.from(JSON.stringify([account, region, keyId, id])), context);
  }

  /** The grant that a token names. @throws {Fault} InvalidGrantTokenException */
  open(tx: Transaction, token: string): GrantRecord {
    const [account, region, id, grantId] = this.#unwrap(token);
    const grant = this.#grants.find(tx, { account, region, id }, grantId);
    if (!grant) throw invalidToken();
    return grant;
  }

  /** The operations, each refusing requests with grant tokens that are not valid. */
  required(operations: Service['operations']): Service['operations'] {
    return operations.map((operation) => ({
      ...operation,
      access: (input, call) => {
        for (const token of input.GrantTokens ?? []) this.open(call.tx, token);
        return operation.access(input, call);
      },
    }));
  }

  #unwrap(token: string): readonly [string, string, string, string] {
    const named = this.#wrap.findUnwrapped(token, context);
    if (named) return JSON.parse(named.toString());
    throw invalidToken();
  }
}

const context = 'grant';

const invalidToken = () => fault('InvalidGrantTokenException', 'The grant token is not valid.');
