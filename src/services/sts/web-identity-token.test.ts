import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const aliceKey = await server.user(
  'alice',
  allowing('sts:GetWebIdentityToken', 'sts:AssumeRole', 'sts:GetSessionToken'),
);
const alice = sender(server, aliceKey);
const asked = { Audience: ['https://api.example.com'], SigningAlgorithm: 'RS256' };

/** What a third party does with a token: discovers the issuer's keys and verifies. @returns the claims */
const verified = async (token: string): Promise<Record<string, unknown>> => {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { alg, kid } = parse(head);
  const claims = parse(payload);
  const discovery = await fetchJson(`${claims.iss}/.well-known/openid-configuration`);
  assert.equal(discovery.issuer, claims.iss);
  const { keys } = await fetchJson(discovery.jwks_uri);
  const jwk = keys.find((key: JsonWebKey & { kid: string }) => key.kid === kid);
  assert.equal(jwk.alg, alg);
  assert.equal('d' in jwk, false);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const valid = verify(
    alg === 'RS256' ? 'sha256' : 'sha384',
    Buffer.from(`${head}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(valid, 'the signature verifies');
  return claims;
};

// biome-ignore lint/suspicious/noExplicitAny: JSON of two documents
const fetchJson = async (url: string): Promise<any> => (await fetch(url)).json();

const disabled = { Code: 'FeatureDisabled' };

describe('outbound web identity federation', () => {
  test('is disabled until the account enables it, and then once only', async () => {
    await assert.rejects(alice('GetWebIdentityToken', asked), {
      Code: 'OutboundWebIdentityFederationDisabledException',
      message: 'Outbound web identity federation is disabled for this account.',
    });
    await assert.rejects(root('GetOutboundWebIdentityFederationInfo'), disabled);
    await assert.rejects(root('DisableOutboundWebIdentityFederation'), disabled);
    await assert.rejects(alice('EnableOutboundWebIdentityFederation'), { Code: 'AccessDenied' });
    const { IssuerIdentifier } = await root('EnableOutboundWebIdentityFederation');
    assert.deepEqual(await root('GetOutboundWebIdentityFederationInfo'), { IssuerIdentifier, JwtVendingEnabled: true });
    await assert.rejects(root('EnableOutboundWebIdentityFederation'), { Code: 'FeatureEnabled' });
  });

  for (const SigningAlgorithm of ['RS256', 'ES384']) {
    test(`signs with ${SigningAlgorithm} what anybody verifies with the published keys`, async () => {
      const { WebIdentityToken, Expiration } = await alice('GetWebIdentityToken', { ...asked, SigningAlgorithm });
      const claims = await verified(WebIdentityToken);
      assert.equal(claims.aud, 'https://api.example.com');
      assert.equal(claims.sub, iamArn('user/alice'));
      assert.equal(Number(claims.exp) - Number(claims.iat), 300);
      assert.equal(Number(claims.exp), Expiration.getTime() / 1000);
      assert.deepEqual(claims['https://sts.amazonaws.com/'], {
        aws_account: account,
        source_region: 'us-east-1',
        principal_id: iamArn('user/alice'),
      });
    });
  }

  test('names the role behind a role session, its tags and the tags of the request', async () => {
    const trust = documentOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
    const Tags = [{ Key: 'team', Value: 'blue' }];
    await root('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust, Tags });
    const PolicyDocument = documentOf(allowing('sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken'));
    await root('PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument });
    const { Credentials } = await alice('AssumeRole', {
      RoleArn: iamArn('role/worker'),
      RoleSessionName: 's1',
      DurationSeconds: 900,
    });
    const worker = sender(server, {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    });
    const input = { ...asked, Audience: ['a', 'b'], Tags: [{ Key: 'job', Value: '7' }] };
    const claims = await verified((await worker('GetWebIdentityToken', input)).WebIdentityToken);
    assert.deepEqual(claims.aud, ['a', 'b']);
    assert.equal(claims.sub, iamArn('role/worker'));
    const own = claims['https://sts.amazonaws.com/'] as Record<string, unknown>;
    assert.deepEqual([own.principal_tags, own.request_tags], [{ team: 'blue' }, { job: '7' }]);
    await assert.rejects(worker('GetWebIdentityToken', { ...asked, DurationSeconds: 3600 }), {
      Code: 'SessionDurationEscalationException',
    });
    await assert.rejects(alice('GetWebIdentityToken', input), {
      Code: 'AccessDenied',
      message: /sts:TagGetWebIdentityToken/,
    });
  });

  test('refuses algorithms that it does not have, and payloads too large', async () => {
    await assert.rejects(alice('GetWebIdentityToken', { ...asked, SigningAlgorithm: 'HS256' }), {
      Code: 'ValidationError',
    });
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v'.repeat(200) }));
    await assert.rejects(root('GetWebIdentityToken', { ...asked, Tags }), { Code: 'JWTPayloadSizeExceededException' });
  });

  test('policies decide on audience, algorithm and duration', async () => {
    const limited = sender(
      server,
      await server.user('limited', {
        ...allowing('sts:GetWebIdentityToken'),
        Condition: {
          'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': 'https://api.example.com' },
          StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
          NumericLessThanEquals: { 'sts:DurationSeconds': 120 },
        },
      }),
    );
    await limited('GetWebIdentityToken', { ...asked, SigningAlgorithm: 'ES384', DurationSeconds: 120 });
    for (const other of [
      { SigningAlgorithm: 'RS256' },
      { DurationSeconds: 121 },
      { Audience: ['https://evil.example'] },
    ]) {
      const input = { ...asked, SigningAlgorithm: 'ES384', DurationSeconds: 120, ...other };
      await assert.rejects(limited('GetWebIdentityToken', input), { Code: 'AccessDenied' }, JSON.stringify(other));
    }
  });

  test('disabled, gives no more tokens, while those given before still verify, also after a restart', async () => {
    const { WebIdentityToken } = await alice('GetWebIdentityToken', asked);
    const issuer = (await root('GetOutboundWebIdentityFederationInfo')).IssuerIdentifier;
    await root('DisableOutboundWebIdentityFederation');
    await verified(WebIdentityToken);
    await assert.rejects(alice('GetWebIdentityToken', asked), {
      Code: 'OutboundWebIdentityFederationDisabledException',
    });
    await server.restart();
    const again = (await root('EnableOutboundWebIdentityFederation')).IssuerIdentifier;
    assert.equal(again.split('/').pop(), issuer.split('/').pop());
    await verified((await alice('GetWebIdentityToken', asked)).WebIdentityToken);
    assert.equal((await fetch(`${again.replace(/[0-9a-f-]{36}$/, 'x')}/.well-known/jwks.json`)).status, 404);
  });
});
