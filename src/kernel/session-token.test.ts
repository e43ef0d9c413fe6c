import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openStore } from '../store/open.ts';
import { type SessionClaims, SessionTokens } from './session-token.ts';

const store = await openStore({ data: ':memory:' });
after(() => store.close());
const tokens = new SessionTokens(store.keyWrap('sts.session-token'));
const claims: SessionClaims = {
  kind: 'root',
  account: '111122223333',
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_003_600,
};

test('opens what it issued, with the same claims and secret', () => {
  const session = tokens.issue(claims);
  const opened = tokens.open(session.accessKeyId, session.sessionToken);
  assert.deepEqual(opened?.claims, claims);
  assert.equal(opened.secret.toString(), session.secretAccessKey);
  assert.match(session.accessKeyId, /^ASIA/);
});

test('shows neither the secret nor the claims', () => {
  const { sessionToken, secretAccessKey } = tokens.issue(claims);
  const bytes = Buffer.from(sessionToken, 'base64');
  for (const part of [secretAccessKey, '111122223333']) {
    assert.ok(!sessionToken.includes(part));
    assert.equal(bytes.indexOf(part), -1);
  }
  assert.equal(bytes.indexOf(Buffer.from(secretAccessKey, 'base64')), -1);
});

test('opens no token beside another access key id', () => {
  const { sessionToken } = tokens.issue(claims);
  assert.equal(tokens.open(tokens.issue(claims).accessKeyId, sessionToken), undefined);
});

test('opens no token with any character changed, cut or added', () => {
  const { accessKeyId, sessionToken } = tokens.issue(claims);
  for (let index = 0; index < sessionToken.length; index++) {
    const other = sessionToken[index] === 'A' ? 'B' : 'A';
    const altered = sessionToken.slice(0, index) + other + sessionToken.slice(index + 1);
    assert.equal(tokens.open(accessKeyId, altered), undefined, `character ${index}`);
  }
  assert.equal(tokens.open(accessKeyId, sessionToken.slice(0, -4)), undefined);
  assert.equal(tokens.open(accessKeyId, ''), undefined);
  for (const spelt of [`${sessionToken}=`, `${sessionToken}!`, ` ${sessionToken}`, `A${sessionToken}`]) {
    assert.equal(tokens.open(accessKeyId, spelt), undefined, spelt);
  }
});

test('opens no token of another server, nor what was wrapped for another purpose', async () => {
  const other = await openStore({ data: ':memory:' });
  const { accessKeyId, sessionToken } = tokens.issue(claims);
  assert.equal(new SessionTokens(other.keyWrap('sts.session-token')).open(accessKeyId, sessionToken), undefined);
  assert.equal(new SessionTokens(store.keyWrap('something.else')).open(accessKeyId, sessionToken), undefined);
  await other.close();
});
