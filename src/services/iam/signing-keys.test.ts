import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SigningKeys } from './signing-keys.ts';

test('derives the signing key of the SigV4 documentation', () => {
  const keys = new SigningKeys(() => Buffer.from('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'));
  assert.equal(
    keys.get('20120215', 'us-east-1', 'iam').export().toString('hex'),
    'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d',
  );
});

test('reads the secret once a scope, clears it, and remembers 64 scopes', () => {
  const handedOut: Buffer[] = [];
  const keys = new SigningKeys(() => {
    const secret = Buffer.from('secret');
    handedOut.push(secret);
    return secret;
  });
  const first = keys.get('20261122', 'eu-west-2', 'kms');
  assert.equal(keys.get('20261122', 'eu-west-2', 'kms'), first);
  assert.notEqual(keys.get('20261122', 'eu-west-2', 'iam'), first);
  assert.equal(keys.get('20261122', 'eu-west-2', 'kms'), first);
  assert.equal(handedOut.length, 2);
  assert.ok(handedOut.every((secret) => secret.every((byte) => byte === 0)));

  for (let scope = 0; scope < 64; scope++) keys.get('20261123', 'eu-west-2', `service${scope}`);
  assert.notEqual(keys.get('20261122', 'eu-west-2', 'kms'), first);
});
