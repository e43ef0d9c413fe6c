import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Where AWS sends a browser that opens a Query service's endpoint. */
const productPages: Readonly<Record<string, string>> = {
  iam: 'https://aws.amazon.com/iam',
  sts: 'https://aws.amazon.com/iam',
};

/**
 * Answers somebody who opens the endpoint without naming an operation.
 *
 * @param hostService endpoint prefix in the Host header, if any
 */
export const landing = (
  request: HttpRequest,
  hostService: string | undefined,
  services: readonly string[],
  requestId: string,
): HttpResponse => {
  const location = hostService === undefined ? undefined : productPages[hostService];
  if (location !== undefined) {
    return { status: 302, headers: { 'x-amzn-RequestId': requestId, Location: location }, body: '' };
  }
  const host = /^[\w.:[\]-]{1,255}$/.test(request.headers.host ?? '') ? request.headers.host : '127.0.0.1:4566';
  const url = `${request.secure ? 'https' : 'http'}://${host}`;
  const page = {
    server: 'Bulwark, a self-hosted AWS security plane',
    services,
    use: [`export AWS_ENDPOINT_URL=${url}`, 'aws sts get-caller-identity'],
    health: `${url}/_bulwark/health`,
  };
  return {
    status: 200,
    headers: {
      'x-amzn-RequestId': requestId,
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
    },
    body: `${JSON.stringify(page, undefined, 2)}\n`,
  };
};
