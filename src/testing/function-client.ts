/**
 * Source of `ask(service, target, input)`, for the code of functions: calls a JSON service of the server with the credentials
 * of the execution role, and answers `[status, answer]`. It needs no SDK, which functions in tests have none of.
 */
export const askSource = `import { createHash, createHmac } from 'node:crypto';
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const ask = async (service, target, input) => {
  const { env } = process;
  const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  const body = JSON.stringify(input);
  const date = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, '');
  const scope = date.slice(0, 8) + '/us-east-1/' + service + '/aws4_request';
  const headers = { 'content-type': 'application/x-amz-json-1.1', host: new URL(url).host, 'x-amz-date': date, 'x-amz-security-token': token, 'x-amz-target': target };
  const names = Object.keys(headers).join(';');
  const canonical = ['POST', '/', '', ...Object.entries(headers).map(([k, v]) => k + ':' + v), '', names, sha256(body)].join('\\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\\n');
  const key = scope.split('/').reduce((key, part) => hmac(key, part), 'AWS4' + secret);
  const Authorization = 'AWS4-HMAC-SHA256 Credential=' + id + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + createHmac('sha256', key).update(toSign).digest('hex');
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, Authorization }, body });
  return [answer.status, await answer.json()];
};
`;
