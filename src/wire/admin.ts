import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Handles one of the server's own routes. */
export type AdminHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/**
 * The server's own routes by method and path, `GET /_bulwark/health`; only what is listed exists. One that ends with `*`
 * takes every path that begins with what precedes it.
 */
export type AdminRoutes = Readonly<Record<string, AdminHandler>>;

/** Every route of the server itself begins so; no AWS operation does. */
export const adminPrefix = '/_bulwark/';

/**
 * Runs one of the server's own routes. Whatever changes something refuses requests that a web page could make a browser
 * send: those carry an Origin header, and no tool sets one.
 */
export const runAdmin = (
  routes: AdminRoutes,
  request: HttpRequest,
  requestId: string,
): HttpResponse | Promise<HttpResponse> => {
  const { method, path, headers } = request;
  const route = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  const handler = Object.hasOwn(routes, route) ? routes[route] : findPrefixed(routes, route);
  if (!handler) {
    const allowed = Object.keys(routes).filter((known) => known.endsWith(` ${path}`));
    if (allowed.length === 0) return adminAnswer(404, { message: `${path} does not exist here` }, requestId);
    const allow = allowed.map((known) => known.split(' ', 1)[0]).join(', ');
    const answer = adminAnswer(405, { message: `${path} takes ${allow}` }, requestId);
    return { ...answer, headers: { ...answer.headers, Allow: allow } };
  }
  if (method !== 'GET' && method !== 'HEAD' && headers.origin !== undefined) {
    return adminAnswer(403, { message: 'not for web pages' }, requestId);
  }
  return handler(request);
};

const findPrefixed = (routes: AdminRoutes, route: string): AdminHandler | undefined =>
  Object.entries(routes).find(([known]) => known.endsWith('*') && route.startsWith(known.slice(0, -1)))?.[1];

/** A JSON answer of the server itself. */
export const adminAnswer = (status: number, body: object, requestId: string): HttpResponse => ({
  status,
  headers: { 'x-amzn-RequestId': requestId, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: `${JSON.stringify(body)}\n`,
});
