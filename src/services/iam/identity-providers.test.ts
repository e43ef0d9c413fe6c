import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { growth, tooMuchGrowth } from '../../testing/growth.ts';
import { iamArn, sender } from '../../testing/iam.ts';
import { certificate, samlMetadata } from '../../testing/iam-rows/certificate.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);

describe('an OpenID Connect provider', () => {
  test('is one for each issuer', async () => {
    const Url = 'https://token.actions.githubusercontent.com';
    const { OpenIDConnectProviderArn } = await root('CreateOpenIDConnectProvider', { Url });
    assert.equal(OpenIDConnectProviderArn, iamArn('oidc-provider/token.actions.githubusercontent.com'));
    await assert.rejects(root('CreateOpenIDConnectProvider', { Url }), {
      Code: 'EntityAlreadyExists',
      message: `Provider with url ${Url} already exists.`,
    });
    await root('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
    await assert.rejects(root('GetOpenIDConnectProvider', { OpenIDConnectProviderArn }), {
      Code: 'NoSuchEntity',
      message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    });
  });

  for (const Url of ['http://id.example.com', 'https://', 'https://a@b', 'https://x/?q=1', 'id.example.com']) {
    test(`is not at ${Url}`, () =>
      assert.rejects(root('CreateOpenIDConnectProvider', { Url }), {
        Code: 'ValidationError',
        message: 'Invalid Open ID Connect Provider URL',
      }));
  }

  test('has up to five thumbprints, in hexadecimal', async () => {
    const Url = 'https://id.example.com';
    const ThumbprintList = Array.from({ length: 6 }, () => 'a'.repeat(40));
    await assert.rejects(root('CreateOpenIDConnectProvider', { Url, ThumbprintList }), {
      Code: 'InvalidInput',
      message: 'Thumbprint list must contain fewer than 5 entries.',
    });
    await assert.rejects(root('CreateOpenIDConnectProvider', { Url, ThumbprintList: ['x'.repeat(40)] }), {
      Code: 'InvalidInput',
    });
  });
});

describe('a SAML provider', () => {
  const create = (SAMLMetadataDocument: string) => root('CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument });
  const good = samlMetadata();

  for (const [what, metadata] of [
    ['no XML', 'x'.repeat(1000)],
    ['a document type', good.replace('<EntityDescriptor', '<!DOCTYPE x><EntityDescriptor')],
    ['no entity id', good.replace('entityID', 'entityName')],
    ['no certificate', good.replace(/<X509Data>.*<\/X509Data>/, '').padEnd(1000)],
    ['a broken certificate', good.replace(certificate, certificate.slice(40)).padEnd(1000)],
  ] as const) {
    test(`is not made of metadata with ${what}`, () =>
      assert.rejects(create(metadata), { Code: 'InvalidInput', message: 'Could not parse metadata' }));
  }

  test('is refused in time that grows with its metadata, where these begin over and over', async () => {
    for (const metadata of ['<EntityDescriptor ', '<EntityDescriptor entityID="x" ', '</EntityDescriptor   ', '<a:']) {
      const refused = (times: number) => assert.rejects(create(metadata.repeat(times)), { Code: 'InvalidInput' });
      const grown = await growth(refused, 8000);
      assert.ok(grown < tooMuchGrowth, `${metadata}: ${grown} times`);
    }
  });

  test('is valid as long as its metadata says, else for a century', async () => {
    const { SAMLProviderArn } = await create(good.replace('entityID', 'validUntil="2030-01-02T03:04:05Z" entityID'));
    const { ValidUntil } = await root('GetSAMLProvider', { SAMLProviderArn });
    assert.equal(ValidUntil.toISOString(), '2030-01-02T03:04:05.000Z');
    await assert.rejects(create(good), { Code: 'EntityAlreadyExists' });
    await root('UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument: good });
    const later = (await root('GetSAMLProvider', { SAMLProviderArn })).ValidUntil;
    assert.ok(later.getTime() > Date.parse('2100-01-01'));
    await assert.rejects(root('UpdateSAMLProvider', { SAMLProviderArn, AssertionEncryptionMode: 'Required' }), {
      Code: 'InvalidInput',
    });
  });
});

test('an alias belongs to one account, and an account has one', async () => {
  await root('CreateAccountAlias', { AccountAlias: 'first' });
  await root('CreateAccountAlias', { AccountAlias: 'second' });
  assert.deepEqual((await root('ListAccountAliases')).AccountAliases, ['second']);
  await assert.rejects(root('DeleteAccountAlias', { AccountAlias: 'first' }), {
    Code: 'NoSuchEntity',
    message: 'The account alias first cannot be found.',
  });
});
