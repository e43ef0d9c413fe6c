import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type AuthorizationRequest, explain, type StatementOutcome } from '../policy/policy.ts';
import type { KeyWrap } from '../store/store.ts';
import { decisionRecordOf } from './decision-record.ts';

/**
 * Encoded authorization messages: why a request was refused, sealed, so that only callers of the same account who may
 * call DecodeAuthorizationMessage read it. Services whose refusals carry such a message (EC2) make them here.
 *
 * @see STS: DecodeAuthorizationMessage
 */
export class AuthorizationMessages {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('sts.authorization-message')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /** Explains a request and seals the explanation for the account of its principal. */
  encode(request: AuthorizationRequest): string {
    return this.#wrap.wrap(deflateRawSync(JSON.stringify(describe(request))), request.principal.account);
  }

  /**
   * @param account of the caller
   * @returns JSON text; undefined for anything that was not sealed here for that account
   */
  decode(message: string, account: string): string | undefined {
    const packed = this.#wrap.findUnwrapped(message, account);
    return packed && inflateRawSync(packed).toString();
  }
}

/** The decoded message in the members and order that AWS shows, and `decision`: what the journal keeps of it. */
const describe = (request: AuthorizationRequest): object => {
  const asked = new Map<string, readonly string[]>();
  const context: AuthorizationRequest['context'] = (key) => {
    const value = request.context(key);
    if (value !== undefined) asked.set(key, typeof value === 'string' ? [value] : value);
    return value;
  };
  const { decision, statements } = explain({ ...request, context });
  const matched = statements.filter(({ applies }) => applies);
  return {
    allowed: decision.allowed,
    explicitDeny: !decision.allowed && decision.explicit,
    matchedStatements: { items: matched.map(describeStatement) },
    failures: { items: [] },
    context: {
      principal: { id: request.principal.userId, name: request.principal.userName, arn: request.principal.arn },
      action: request.action,
      resource: request.resource.arn,
      conditions: { items: [...asked].map(([key, values]) => ({ key, values: items(values) })) },
    },
    decision: decisionRecordOf(request, decision),
  };
};

const describeStatement = ({ statement: { source } }: StatementOutcome): object => ({
  statementId: source.sid ?? '',
  effect: source.effect.toUpperCase(),
  principals: items((source.principal ?? []).map(({ id }) => id)),
  principalGroups: items([]),
  actions: items(source.action ?? []),
  resources: items(source.resource ?? []),
  conditions: { items: source.conditions.map(({ key, values }) => ({ key, values: items(values) })) },
});

const items = (values: readonly string[]): object => ({ items: values.map((value) => ({ value })) });
