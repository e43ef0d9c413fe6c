import type { HttpResponse } from '../wire/http-message.ts';

/** A text answer; nothing may keep it. */
export const plain = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', ...headers },
  body,
});

/** A JSON answer; nothing may keep it. */
export const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(body),
});
