import { randomUUID } from 'node:crypto';
import { type Fault, fault } from '../kernel/fault.ts';
import type { Service } from '../kernel/operation.ts';
import { Claims, nobody } from './claim.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { landing } from './landing.ts';

/** Why a listener did not keep the body of a request. */
export type Unread =
  /** @param maxBytes that a body of its kind may have */
  { readonly reason: 'too large'; readonly maxBytes: number } | { readonly reason: 'no memory' };

/** Answers a request whose body the listener did not keep: there is its head only. */
export type UnreadAnswer = (request: HttpRequest, unread: Unread) => HttpResponse;

/**
 * Answers in the words of the service that the request was for, as far as its head tells.
 *
 * @param region of requests whose signature names none
 */
export const unreadAnswers = (services: readonly Service[], region: string): UnreadAnswer => {
  let claims: Claims | undefined;
  return (request, unread) => {
    claims ??= new Claims(services, region);
    const requestId = randomUUID();
    const claim = claims.claim(request);
    if (claim === nobody) return landing(request, undefined, [], requestId);
    const { protocol, operation } = claim;
    const service = claim.operation ? claim.operation.service : claim.service;
    return protocol.encodeFault(service, operation, faultOf(unread), requestId);
  };
};

const faultOf = (unread: Unread): Fault =>
  unread.reason === 'too large'
    ? fault('RequestEntityTooLarge', `The request body must not be larger than ${unread.maxBytes} bytes`)
    : fault('Throttling', 'Rate exceeded');
