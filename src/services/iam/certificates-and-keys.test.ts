import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import { generateTlsIdentity } from '../../wire/tls.ts';

const server = await testServer({ persistent: true });
const root = sender(server);
const UserName = 'alice';
await server.user(UserName);
const [one, other] = await Promise.all([generateTlsIdentity(undefined, ['a']), generateTlsIdentity(undefined, ['b'])]);
const pem = (identity: typeof one) =>
  `${identity.identity.cert.toString().split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;
const keyOf = (identity: typeof one) => identity.identity.key.toString();

/** The certificate with months that no year has: the second UTCTime or GeneralizedTime of it is when it ends. */
const endless = (certificate: string): string => {
  const der = Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [, end] = [...der.toString('latin1').matchAll(/\d{10,12}Z/g)];
  der.write('99', end!.index + end![0].length - 9, 'latin1');
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
};

describe('a server certificate', () => {
  const ServerCertificateName = 'web';
  const upload = (CertificateBody: string, PrivateKey: string) =>
    root('UploadServerCertificate', {
      ServerCertificateName,
      CertificateBody,
      PrivateKey,
      CertificateChain: pem(other).replaceAll('\n', '\r\n'),
    });

  test('is kept with the key that belongs to it, and only with that', async () => {
    await assert.rejects(upload(pem(one), keyOf(other)), { Code: 'KeyPairMismatch' });
    await assert.rejects(upload('x', keyOf(one)), { Code: 'MalformedCertificate' });
    await assert.rejects(upload(pem(one), 'x'), { Code: 'MalformedCertificate' });
    await assert.rejects(upload(endless(pem(one)), keyOf(one)), { Code: 'MalformedCertificate' });
    const { ServerCertificateMetadata } = await upload(pem(one), keyOf(one));
    assert.match(ServerCertificateMetadata.ServerCertificateId, /^ASCA/);
    assert.equal(ServerCertificateMetadata.Arn, iamArn('server-certificate/web'));
    await assert.rejects(upload(pem(one), keyOf(one)), {
      Code: 'EntityAlreadyExists',
      message: 'The Server Certificate with name web already exists.',
    });
    assert.ok(!JSON.stringify(await server.journal()).includes('PRIVATE KEY'));
  });

  test('is shown, renamed, tagged and deleted', async () => {
    const Tags = [{ Key: 'a', Value: '1' }];
    await root('TagServerCertificate', { ServerCertificateName, Tags });
    await root('UpdateServerCertificate', { ServerCertificateName, NewServerCertificateName: 'www', NewPath: '/x/' });
    await server.restart();
    const name = { ServerCertificateName: 'www' };
    const { ServerCertificate } = await root('GetServerCertificate', name);
    assert.equal(ServerCertificate.CertificateBody, pem(one).trim());
    assert.equal(ServerCertificate.CertificateChain, pem(other).trim());
    assert.equal(ServerCertificate.ServerCertificateMetadata.Path, '/x/');
    assert.deepEqual((await root('ListServerCertificateTags', name)).Tags, Tags);
    await root('UntagServerCertificate', { ...name, TagKeys: ['A'] });
    assert.equal((await root('ListServerCertificates', { PathPrefix: '/x/' })).ServerCertificateMetadataList.length, 1);
    await root('DeleteServerCertificate', name);
    await assert.rejects(root('GetServerCertificate', name), {
      Code: 'NoSuchEntity',
      message: 'The Server Certificate with name www cannot be found.',
    });
  });
});

describe('signing certificates', () => {
  test('are two for a user at most, each once', async () => {
    const upload = (CertificateBody: string) => root('UploadSigningCertificate', { UserName, CertificateBody });
    const { Certificate } = await upload(pem(one));
    await assert.rejects(upload(pem(one)), { Code: 'DuplicateCertificate' });
    await upload(pem(other));
    const third = await generateTlsIdentity(undefined, ['c']);
    await assert.rejects(upload(pem(third)), { Code: 'LimitExceeded' });
    const { CertificateId } = Certificate;
    await root('UpdateSigningCertificate', { UserName, CertificateId, Status: 'Inactive' });
    const { Certificates } = await root('ListSigningCertificates', { UserName });
    const changed = Certificates.find((each: { CertificateId: string }) => each.CertificateId === CertificateId);
    assert.equal(changed.Status, 'Inactive');
    for (const each of Certificates) {
      await root('DeleteSigningCertificate', { UserName, CertificateId: each.CertificateId });
    }
    await assert.rejects(root('DeleteSigningCertificate', { UserName, CertificateId }), {
      Code: 'NoSuchEntity',
      message: `The Certificate with id ${CertificateId} cannot be found.`,
    });
  });
});

describe('SSH public keys', () => {
  /** With the fingerprint that OpenSSH gives it. */
  const body =
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC1KlXRJ63bVH+yuo/SsV78GKE4mVdjvvVoCsY14yzGp2DWL3yliKTrjQGAiiiJilE2oWSedmGk/xcM+ztxxisMkoBjJ+yV0yVbtQpOzbHHTp1JHEVnfZvSsuUaQtFPulddf4K+ScYTS4xrnLgL5bNxwcibCPkZ2AiHAQpg6h8+74llBXphfjsdUEkea7qcQeY64Awj4WIKFpR7jcIniK2ucm+TVn0qbFDcxBn1wP7RZzI2IQW+ldEKbQ3JQztSY6dz0rz3G8u7Uncp/wKIomCRXEe7xZKpnNf7+QCwDOZe8zsA/0/LvUIZXpRAT7ICx4knIIhOKsgGUPbLQrc/tUAN';
  const fingerprint = 'a9:da:3c:4d:bb:50:4a:00:c0:4b:28:1d:c4:ff:57:34';

  test('are read in both forms and shown in both', async () => {
    const { SSHPublicKey } = await root('UploadSSHPublicKey', { UserName, SSHPublicKeyBody: `${body} a comment` });
    assert.match(SSHPublicKey.SSHPublicKeyId, /^APKA/);
    assert.equal(SSHPublicKey.Fingerprint, fingerprint);
    assert.equal(SSHPublicKey.SSHPublicKeyBody, body);
    const key = { UserName, SSHPublicKeyId: SSHPublicKey.SSHPublicKeyId };
    const { SSHPublicKey: shown } = await root('GetSSHPublicKey', { ...key, Encoding: 'PEM' });
    await assert.rejects(root('UploadSSHPublicKey', { UserName, SSHPublicKeyBody: shown.SSHPublicKeyBody }), {
      Code: 'DuplicateSSHPublicKey',
    });
    await root('UpdateSSHPublicKey', { ...key, Status: 'Inactive' });
    assert.equal((await root('ListSSHPublicKeys', { UserName })).SSHPublicKeys[0].Status, 'Inactive');
    await root('DeleteSSHPublicKey', key);
    await assert.rejects(root('DeleteSSHPublicKey', key), { Code: 'NoSuchEntity' });
  });

  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
  const elliptic = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
  const pemOf = { type: 'spki', format: 'pem' } as const;
  const restricted = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export(pemOf);
  for (const [what, SSHPublicKeyBody] of [
    ['text', 'x'],
    ['a key that is cut off', body.slice(0, 100)],
    ['a short key', short.toString()],
    ['a key of another kind', elliptic.toString()],
    ['a key that has no JWK', restricted.toString()],
  ] as const) {
    test(`are not ${what}`, () =>
      assert.rejects(root('UploadSSHPublicKey', { UserName, SSHPublicKeyBody }), { Code: 'InvalidPublicKey' }));
  }
});

describe('service-specific credentials', () => {
  const ServiceName = 'codecommit.amazonaws.com';

  test('show their password once, are two for a service at most, and keep their user', async () => {
    const create = () => root('CreateServiceSpecificCredential', { UserName, ServiceName });
    const { ServiceSpecificCredential: first } = await create();
    assert.match(first.ServiceSpecificCredentialId, /^ACCA/);
    assert.equal(first.ServiceUserName, 'alice-at-111122223333');
    await create();
    await assert.rejects(create(), { Code: 'LimitExceeded' });
    const id = { UserName, ServiceSpecificCredentialId: first.ServiceSpecificCredentialId };
    await root('UpdateServiceSpecificCredential', { ...id, Status: 'Inactive' });
    const { ServiceSpecificCredential: again } = await root('ResetServiceSpecificCredential', id);
    assert.notEqual(again.ServicePassword, first.ServicePassword);
    const { ServiceSpecificCredentials } = await root('ListServiceSpecificCredentials', { UserName });
    assert.ok(!JSON.stringify(ServiceSpecificCredentials).includes(again.ServicePassword));
    assert.ok(!JSON.stringify(await server.journal()).includes(again.ServicePassword));
    const other = await server.user('other');
    await root('CreateServiceSpecificCredential', { UserName: 'other', ServiceName });
    const whose = [];
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await root('ListServiceSpecificCredentials', { AllUsers: true, ServiceName, MaxItems: 1, Marker });
      whose.push(...page.ServiceSpecificCredentials.map((told: { UserName: string }) => told.UserName));
      ({ Marker, IsTruncated: more } = page);
    }
    assert.deepEqual(whose.sort(), [UserName, UserName, 'other']);
    await assert.rejects(root('ListServiceSpecificCredentials', { AllUsers: true, UserName }), {
      Code: 'ValidationError',
    });
    await assert.rejects(sender(server, other)('ListServiceSpecificCredentials', { AllUsers: true }), {
      Code: 'AccessDenied',
    });
    for (const { ServiceSpecificCredentialId } of ServiceSpecificCredentials) {
      await root('DeleteServiceSpecificCredential', { UserName, ServiceSpecificCredentialId });
    }
    await assert.rejects(root('DeleteServiceSpecificCredential', id), { Code: 'NoSuchEntity' });
  });

  test('are for few services', () =>
    assert.rejects(root('CreateServiceSpecificCredential', { UserName, ServiceName: 'x.amazonaws.com' }), {
      Code: 'NotSupportedService',
    }));

  test('do not expire, and are not given to those who ask for that', () =>
    assert.rejects(
      root('CreateServiceSpecificCredential', {
        UserName,
        ServiceName: 'codecommit.amazonaws.com',
        CredentialAgeDays: 1,
      }),
      { Code: 'ValidationError', message: /do not expire/ },
    ));
});
