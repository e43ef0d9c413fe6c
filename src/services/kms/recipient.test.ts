import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  KMSClient,
  type RecipientInfo,
} from '@aws-sdk/client-kms';
import { encodeCborArray, encodeCborBytes, encodeCborText } from '../../crypto/cbor.ts';
import { testServer } from '../../testing/server.ts';

const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false;
const directory = mkdtempSync(join(tmpdir(), 'bulwark-attestation-'));
after(() => rmSync(directory, { recursive: true }));
const path = (name: string): string => join(directory, name);
const openssl = (...args: readonly string[]): Buffer => execFileSync('openssl', args, { cwd: directory });

/** A certificate on P-384, as those of enclaves are. @param issuer absent: signs itself */
const certify = (
  name: string,
  issuer?: string,
  ca = true,
  subject = name,
): { readonly der: Buffer; readonly key: KeyObject } => {
  openssl('ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', `${name}.key`);
  // Without identifiers of keys, only the signature tells one authority from another of its name.
  const identifiers = 'subjectKeyIdentifier=none\nauthorityKeyIdentifier=none';
  writeFileSync(path(`${name}.ext`), `basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}\n${identifiers}`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${subject}`, '-out', `${name}.csr`);
  const signer = issuer ? ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`] : ['-signkey', `${name}.key`];
  const request = ['-req', '-in', `${name}.csr`, '-days', '30', '-sha384', '-extfile', `${name}.ext`];
  openssl('x509', ...request, ...signer, '-set_serial', `${Date.now()}`, '-out', `${name}.pem`);
  const key = createPrivateKey(openssl('pkey', '-in', `${name}.key`));
  return { der: openssl('x509', '-in', `${name}.pem`, '-outform', 'DER'), key };
};

const cborMap = (entries: readonly (readonly [key: string | number, value: Buffer])[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xa0 | entries.length]),
    ...entries.flatMap(([key, value]) => [typeof key === 'number' ? Buffer.from([key]) : encodeCborText(key), value]),
  ]);

const timestampOf = (milliseconds: number): Buffer => {
  const encoded = Buffer.alloc(9, 0x1b);
  encoded.writeBigUInt64BE(BigInt(milliseconds), 1);
  return encoded;
};

describe('an enclave', { skip }, async () => {
  const root = certify('root');
  const zone = certify('zone', 'root');
  const leaf = certify('leaf', 'zone', false);
  const stranger = certify('stranger');
  const strangersLeaf = certify('strangers-leaf', 'stranger', false);
  const sonOfLeaf = certify('son-of-leaf', 'leaf', false);
  certify('impostor', undefined, true, 'root');
  const impostorsZone = certify('impostors-zone', 'impostor');
  const impostorsLeaf = certify('impostors-leaf', 'impostors-zone', false);

  const enclave = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pcr0 = Buffer.alloc(48, 0xab);
  const pcr3 = Buffer.alloc(48, 0x03);

  interface Made {
    readonly signer?: typeof leaf;
    readonly signedBy?: KeyObject;
    readonly bundle?: readonly Buffer[];
    readonly at?: number;
    readonly publicKey?: Buffer | null;
    readonly algorithm?: Buffer;
    readonly tag?: boolean;
  }

  /** A COSE_Sign1 as the Nitro Secure Module makes them. */
  const documentOf = ({
    signer = leaf,
    signedBy = signer.key,
    bundle = [root.der, zone.der],
    at = Date.now(),
    publicKey = enclave.publicKey.export({ format: 'der', type: 'spki' }),
    algorithm = Buffer.from([0x38, 0x22]),
    tag = false,
  }: Made = {}): Buffer => {
    const protectedHeader = cborMap([[1, algorithm]]);
    const payload = cborMap([
      ['module_id', encodeCborText('i-1234567890abcdef0-enc0123456789abcdef')],
      ['digest', encodeCborText('SHA384')],
      ['timestamp', timestampOf(at)],
      [
        'pcrs',
        cborMap([
          [0, encodeCborBytes(pcr0)],
          [3, encodeCborBytes(pcr3)],
        ]),
      ],
      ['certificate', encodeCborBytes(signer.der)],
      ['cabundle', encodeCborArray(...bundle.map(encodeCborBytes))],
      ['public_key', publicKey ? encodeCborBytes(publicKey) : Buffer.from([0xf6])],
      ['user_data', Buffer.from([0xf6])],
      ['nonce', Buffer.from([0xf6])],
    ]);
    const toBeSigned = encodeCborArray(
      encodeCborText('Signature1'),
      encodeCborBytes(protectedHeader),
      encodeCborBytes(Buffer.alloc(0)),
      encodeCborBytes(payload),
    );
    const signature = sign('sha384', toBeSigned, { key: signedBy, dsaEncoding: 'ieee-p1363' });
    const document = encodeCborArray(
      encodeCborBytes(protectedHeader),
      cborMap([]),
      encodeCborBytes(payload),
      encodeCborBytes(signature),
    );
    return tag ? Buffer.concat([Buffer.from([0xd2]), document]) : document;
  };

  const recipientOf = (made?: Made): RecipientInfo => ({
    AttestationDocument: documentOf(made),
    KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  });

  const opened = (enveloped: Uint8Array | undefined): Buffer => {
    writeFileSync(path('enclave.pem'), enclave.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(path('answer.der'), enveloped!);
    return openssl('cms', '-decrypt', '-inform', 'DER', '-in', 'answer.der', '-inkey', 'enclave.pem', '-binary');
  };

  const server = await testServer({ 'attestation-root': path('root.pem') });
  const kms = server.client(KMSClient);
  const { KeyId, Arn } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  const Plaintext = Buffer.from('for the enclave only');
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));

  test('is answered with what only it can decrypt, and openssl does', async () => {
    for (const tag of [false, true]) {
      const answer = await kms.send(new DecryptCommand({ CiphertextBlob, Recipient: recipientOf({ tag }) }));
      assert.equal(answer.Plaintext, undefined);
      assert.equal(opened(answer.CiphertextForRecipient).toString(), Plaintext.toString());
    }
  });

  test('gets data keys, key pairs, shared secrets and random bytes in the same way', async () => {
    const Recipient = recipientOf();
    const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', Recipient }));
    assert.equal(dataKey.Plaintext, undefined);
    const { Plaintext: same } = await kms.send(new DecryptCommand({ CiphertextBlob: dataKey.CiphertextBlob }));
    assert.ok(opened(dataKey.CiphertextForRecipient).equals(same!));

    const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'RSA_2048', Recipient }));
    assert.equal(pair.PrivateKeyPlaintext, undefined);
    const privateKey = opened(pair.CiphertextForRecipient);
    assert.equal(createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }).asymmetricKeyType, 'rsa');

    const agreement = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' } as const;
    const agreeing = (await kms.send(new CreateKeyCommand(agreement))).KeyMetadata!;
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: agreeing.KeyId }));
    const ecdh = { KeyId: agreeing.KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey } as const;
    const clear = await kms.send(new DeriveSharedSecretCommand(ecdh));
    const hidden = await kms.send(new DeriveSharedSecretCommand({ ...ecdh, Recipient }));
    assert.equal(hidden.SharedSecret, undefined);
    assert.ok(opened(hidden.CiphertextForRecipient).equals(clear.SharedSecret!));

    const random = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 24, Recipient }));
    assert.equal(random.Plaintext, undefined);
    assert.equal(opened(random.CiphertextForRecipient).length, 24);
  });

  test('is named in the journal, and its document is not kept there', async () => {
    const Recipient = recipientOf();
    await kms.send(new DecryptCommand({ CiphertextBlob, Recipient }));
    const record = (await server.journal('Decrypt')).at(-1)!;
    const { recipient } = record.additionalEventData as { recipient: object };
    assert.deepEqual(recipient, {
      attestationDocumentModuleId: 'i-1234567890abcdef0-enc0123456789abcdef',
      attestationDocumentEnclaveImageDigest: pcr0.toString('hex'),
      attestationDocumentEnclavePCR3: pcr3.toString('hex'),
    });
    assert.ok(!JSON.stringify(record).includes(Buffer.from(Recipient.AttestationDocument!).toString('base64')));
    await kms.send(new GenerateRandomCommand({ NumberOfBytes: 8, Recipient }));
    assert.deepEqual((await server.journal('GenerateRandom')).at(-1)!.additionalEventData, { recipient });
  });

  test('is known to policies by its measurements', async () => {
    const allowed = (value: string, key = 'PCR0') => ({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: Arn,
      Condition: { StringEqualsIgnoreCase: { [`kms:RecipientAttestation:${key}`]: value } },
    });
    const decrypt = async (user: string, statement: object, Recipient?: RecipientInfo) => {
      const client = server.client(KMSClient, await server.user(user, statement));
      return client.send(new DecryptCommand({ CiphertextBlob, Recipient }));
    };
    const denied = { name: 'AccessDeniedException' };
    await decrypt('right', allowed(pcr0.toString('hex')), recipientOf());
    await decrypt('image', allowed(pcr0.toString('hex'), 'ImageSha384'), recipientOf());
    await decrypt('register', allowed(pcr3.toString('hex'), 'PCR3'), recipientOf());
    await assert.rejects(decrypt('other', allowed(pcr3.toString('hex')), recipientOf()), denied);
    await assert.rejects(decrypt('none', allowed(pcr0.toString('hex'))), denied);
  });

  const tooShort = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
    format: 'der',
    type: 'spki',
  });
  const altered = (document: Buffer, at: number): Buffer => {
    document[at]! ^= 1;
    return document;
  };
  const wrong: readonly [what: string, document: () => Buffer][] = [
    ['whose root is another', () => documentOf({ signer: strangersLeaf, bundle: [stranger.der] })],
    ['whose certificates have a gap', () => documentOf({ bundle: [root.der] })],
    [
      'whose certificate was issued by no authority',
      () => documentOf({ signer: sonOfLeaf, bundle: [root.der, zone.der, leaf.der] }),
    ],
    [
      'whose certificates were issued in the name of the root by another key',
      () => documentOf({ signer: impostorsLeaf, bundle: [root.der, impostorsZone.der] }),
    ],
    ['with eleven authorities', () => documentOf({ bundle: [...Array(10).fill(root.der), zone.der] })],
    ['without certificates', () => documentOf({ bundle: [] })],
    ['signed by another key', () => documentOf({ signedBy: stranger.key })],
    ['signed with another algorithm', () => documentOf({ algorithm: Buffer.from([0x26]) })],
    ['that is six minutes old', () => documentOf({ at: Date.now() - 6 * 60_000 })],
    ['of the future', () => documentOf({ at: Date.now() + 6 * 60_000 })],
    ['without a public key', () => documentOf({ publicKey: null })],
    [
      'whose public key is on a curve',
      () => documentOf({ publicKey: generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }) }),
    ],
    ['whose public key is too short', () => documentOf({ publicKey: tooShort })],
    ['with an altered payload', () => altered(documentOf(), 60)],
    ['with an altered signature', () => altered(documentOf(), documentOf().length - 1)],
    ['that is cut short', () => documentOf().subarray(0, -1)],
    ['with something after it', () => Buffer.concat([documentOf(), Buffer.alloc(1)])],
    ['that is not CBOR', () => Buffer.from('attestation')],
    ['nested without end', () => Buffer.alloc(10_000, 0x81)],
    ['that claims more than it has', () => Buffer.from('9b00000000ffffffff', 'hex')],
  ];
  for (const [what, document] of wrong) {
    test(`is refused with a document ${what}`, async () => {
      const Recipient = { AttestationDocument: document(), KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const;
      await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob, Recipient })), {
        name: 'ValidationException',
      });
    });
  }

  test('needs to say how its key encrypts', () =>
    assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob, Recipient: { AttestationDocument: documentOf() } })), {
      name: 'ValidationException',
    }));

  test('is refused once its certificates are over', async () => {
    const later = await testServer({ 'attestation-root': path('root.pem') });
    const random = (at: number) =>
      later.client(KMSClient).send(new GenerateRandomCommand({ NumberOfBytes: 8, Recipient: recipientOf({ at }) }));
    await random(Date.now());
    await later.advance('31d');
    await assert.rejects(random(Date.now() + 31 * 86_400_000), {
      name: 'ValidationException',
      message: 'The attestation document is not valid: a certificate of it is not valid now.',
    });
  });

  test('is trusted under the root of AWS where no other is configured', async () => {
    const other = await testServer();
    const random = new GenerateRandomCommand({ NumberOfBytes: 8, Recipient: recipientOf() });
    await assert.rejects(other.client(KMSClient).send(random), {
      name: 'ValidationException',
      message: 'The attestation document is not valid: its root certificate is not trusted.',
    });
  });
});
