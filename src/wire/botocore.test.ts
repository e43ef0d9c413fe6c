import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import type { Caller, Credential } from '../kernel/caller.ts';
import { splitTarget } from './request-head.ts';
import { type SignatureRules, verifySignature } from './sigv4.ts';

/** Signs one request by header and one by query, and prints them as JSON. */
const program = `
import json
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
credentials = Credentials('AKIDEXAMPLE', 'secret', 'token/with+signs==')
def show(request):
    prepared = request.prepare()
    return {'method': prepared.method, 'url': prepared.url, 'headers': {k.lower(): str(v) for k, v in prepared.headers.items()}}
header = AWSRequest('POST', 'https://kms.eu-west-2.amazonaws.com/', data=b'{"Note":"\\xc3\\xbc"}', headers={
    'Host': 'kms.eu-west-2.amazonaws.com', 'X-Amz-Target': 'TrentService.ListKeys', 'Content-Type': 'application/x-amz-json-1.1', 'X-Note': 'a   b  c'})
SigV4Auth(credentials, 'kms', 'eu-west-2').add_auth(header)
query = AWSRequest('GET', 'https://sts.eu-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&Note=a%20b%2A~%2Fz', headers={'X-K8s-Aws-Id': 'cluster'})
SigV4QueryAuth(credentials, 'kms', 'eu-west-2', expires=60).add_auth(query)
print(json.dumps([show(header), show(query)]))
`;

const botocore = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
const skip = botocore.status === 0 ? false : 'botocore is not installed here';

const hmac = (key: KeyObject | string, text: string): KeyObject =>
  createSecretKey(createHmac('sha256', key).update(text).digest());
const caller: Caller = { kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root', userId: 'x' };
const credential: Credential = {
  caller,
  active: true,
  signingKey: (date, region, service) => hmac(hmac(hmac(hmac('AWS4secret', date), region), service), 'aws4_request'),
};
const rules: SignatureRules = {
  service: 'kms',
  acceptsRegion: (region) => region === 'eu-west-2',
  now: Date.now(),
  findCredential: (_id, token) => (token === 'token/with+signs==' ? credential : undefined),
};

test('verifies what botocore signs, by header and by query', { skip }, () => {
  const sent = JSON.parse(botocore.stdout) as { method: string; url: string; headers: Record<string, string> }[];
  assert.equal(sent.length, 2);
  for (const { method, url, headers } of sent) {
    const body = Buffer.from(method === 'POST' ? '{"Note":"ü"}' : '');
    const host = new URL(url).host;
    const target = splitTarget(url)!;
    const request = { method, ...target, headers: { host, ...headers }, body, remoteAddress: '', secure: true };
    assert.equal(verifySignature(request, rules), caller);
  }
});
