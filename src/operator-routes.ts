import { hash } from 'node:crypto';
import { randomUuid } from './crypto/random.ts';
import { type AdminHandler, adminAnswer } from './wire/admin.ts';
import type { HttpRequest, HttpResponse } from './wire/http-message.ts';

/** The header by which an operator proves that he has the root key: `milliseconds:hex`. */
export const proofHeader = 'x-bulwark-operator';

/** What is proved: this request with this body, at this time. */
export const provenMessage = (method: string, path: string, ms: number, body: Uint8Array): string =>
  `${method} ${path} ${ms} ${hash('sha256', body)}`;

/** How far the operator's clock may be off, and how long a proof lasts. */
const windowMs = 60_000;

/** Knows a proof from a forgery, in constant time. */
export type ProofCheck = (message: string, proof: Buffer) => boolean;

/**
 * Guards routes that only whoever has the root key may ask. Handlers that share a guard share its memory of proofs: each
 * proof counts once.
 */
export const operatorOnly = (isOperator: ProofCheck): ((handle: AdminHandler) => AdminHandler) => {
  let newest = 0;
  return (handle) => (request) => {
    const ms = provenAt(isOperator, request);
    // One that was overheard is older than the newest.
    if (ms === undefined || ms <= newest || Math.abs(Date.now() - ms) > windowMs) {
      return operatorAnswer(403, { message: 'only whoever has the root key may ask, by the command line' });
    }
    newest = ms;
    return handle(request);
  };
};

/** A JSON answer to an operator. */
export const operatorAnswer = (status: number, body: object): HttpResponse => adminAnswer(status, body, randomUuid());

const provenAt = (isOperator: ProofCheck, { method, path, headers, body }: HttpRequest): number | undefined => {
  const [, digits, hex] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(headers[proofHeader] ?? '') ?? [];
  if (digits === undefined || hex === undefined) return undefined;
  const ms = Number(digits);
  return isOperator(provenMessage(method, path, ms, body), Buffer.from(hex, 'hex')) ? ms : undefined;
};
