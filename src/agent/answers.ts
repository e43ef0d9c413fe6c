import { ServiceError, Unreachable } from '../client/client-error.ts';
import type { HttpResponse } from '../wire/http-message.ts';

/** An answer that stands in the way of the one that was asked for. */
export class Problem extends Error {
  readonly answer: HttpResponse;

  constructor(answer: HttpResponse) {
    super(String(answer.body));
    this.answer = answer;
  }
}

/** A text, as the Secrets Manager Agent answers where no service was asked. */
export const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' },
  body,
});

/** JSON; nothing on the way may keep it. */
export const json = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body,
});

/** What went wrong behind the agent, in the words of AWS's own: the service's error and status, 502 and 504 where none answers. */
export const failure = (error: unknown): HttpResponse => {
  if (error instanceof Problem) return error.answer;
  if (error instanceof ServiceError) return fault(error.status, error.code, error.sentence);
  if (error instanceof Unreachable)
    return error.timedOut ? fault(504, 'TimeoutError', 'Timeout') : fault(502, 'ConnectionError', 'Read Error');
  return fault(500, 'InternalFailure');
};

const fault = (status: number, code: string, message?: string): HttpResponse =>
  json(status, JSON.stringify({ __type: code, ...(message && { message }) }));
