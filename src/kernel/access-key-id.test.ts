import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOfAccessKeyId, newAccessKeyId, newSecretAccessKey } from './access-key-id.ts';

for (const account of ['000000000000', '000000000001', '111122223333', '999999999999']) {
  test(`an access key id carries its account ${account}`, () => {
    const accessKeyId = newAccessKeyId('AKIA', account);
    assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.equal(accountOfAccessKeyId(accessKeyId), account);
    assert.equal(accountOfAccessKeyId(newAccessKeyId('ASIA', account)), account);
  });
}

test('reads the account from ids in the layout that AWS uses', () => {
  // Published example: T. Be'ery, "A short note on AWS KEY ID", 2023.
  assert.equal(accountOfAccessKeyId('ASIAQNZGKIQY56JQ7WML'), '029608264753');
});

for (const accessKeyId of [
  '',
  'AKIA',
  'test',
  '111122223333',
  'AKIAAAAAAAAAAAAAAAAA',
  'AKIA1111111111111111',
  'AIDAQNZGKIQY56JQ7WML',
]) {
  test(`finds no account in '${accessKeyId}'`, () => assert.equal(accountOfAccessKeyId(accessKeyId), undefined));
}

test('two ids of one account differ, and so do two secrets', () => {
  assert.notEqual(newAccessKeyId('AKIA', '111122223333'), newAccessKeyId('AKIA', '111122223333'));
  assert.notEqual(newSecretAccessKey(), newSecretAccessKey());
  assert.equal(newSecretAccessKey().length, 40);
});
