import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const owner = '999999999999';
const guest = '111122223333';
const Statement = [
  { Effect: 'Allow', Principal: { AWS: [`arn:aws:iam::${owner}:root`, guest] }, Action: 'kms:*', Resource: '*' },
];
const forOwner = [{ ...Statement[0], Principal: { AWS: `arn:aws:iam::${owner}:root` } }];
const key = (id: string, statements: readonly object[]) => ({
  account: owner,
  region: 'us-east-1',
  id,
  aliases: [`alias/${id.slice(0, 8)}`],
  policy: { Version: '2012-10-17', Statement: statements },
});
const shared = '11111111-2222-4333-8444-555555555555';
const own = '22222222-2222-4333-8444-555555555555';
const arnOf = (id: string) => `arn:aws:kms:us-east-1:${owner}:key/${id}`;
const ownerKey = { id: 'AKIAOWNEROWNEROWNER1', secret: 'owner-secret-access-key-0123456789' };
const allowKms = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
const server = await testServer({
  seedText: JSON.stringify({
    accounts: [owner, guest],
    users: [{ account: owner, name: 'admin', accessKeys: [ownerKey], policies: { all: allowKms } }],
    keys: [key(shared, Statement), key(own, forOwner)],
  }),
});
const root = server.client(sdk.KMSClient);
const admin = server.client(sdk.KMSClient, { accessKeyId: ownerKey.id, secretAccessKey: ownerKey.secret });
const KeyId = arnOf(shared);
const Plaintext = Buffer.from('x');
const { CiphertextBlob } = await admin.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
const grantee = `arn:aws:iam::${guest}:root`;
const given = { KeyId, GranteePrincipal: grantee, Operations: ['Decrypt' as const, 'DescribeKey' as const] };
const { GrantId } = await admin.send(new sdk.CreateGrantCommand(given));
const { GrantToken } = await admin.send(new sdk.CreateGrantCommand({ ...given, RetiringPrincipal: grantee }));

const send = (operation: string, input: object, client = root): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing is bundled here, and every command is used
  const Command = sdk[`${operation}Command` as 'EncryptCommand'];
  return client.send(new Command(input as sdk.EncryptCommandInput));
};

const unfit = 'InvalidKeyUsageException';
const unsupported = 'UnsupportedOperationException';
const Message = Plaintext;

/** Operations that take keys of other accounts, and what they say of a symmetric key. @see KMS API reference: "Cross-account use" */
const allowed: readonly [operation: string, input: object, error?: string][] = [
  ['CreateGrant', given],
  ['Decrypt', { CiphertextBlob }],
  ['DeriveSharedSecret', { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey: Plaintext }, unfit],
  ['DescribeKey', { KeyId }],
  ['DescribeKey', { KeyId: `arn:aws:kms:us-east-1:${owner}:alias/11111111` }],
  ['Encrypt', { KeyId, Plaintext }],
  ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
  ['GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
  ['GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
  ['GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }],
  ['GenerateMac', { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' }, unfit],
  ['GetKeyRotationStatus', { KeyId }],
  ['GetPublicKey', { KeyId }, unsupported],
  ['ListGrants', { KeyId }],
  ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
  ['RetireGrant', { GrantToken }],
  ['RevokeGrant', { KeyId, GrantId }],
  ['Sign', { KeyId, Message, SigningAlgorithm: 'ECDSA_SHA_256' }, unfit],
  ['Verify', { KeyId, Message, SigningAlgorithm: 'ECDSA_SHA_256', Signature: Plaintext }, unfit],
  ['VerifyMac', { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256', Mac: Plaintext }, unfit],
];

describe("a key of another account, whose policy allows it, is the operation's own business with", () => {
  for (const [operation, input, error] of allowed) {
    test(operation, async () => {
      if (error === undefined) await send(operation, input);
      else await assert.rejects(send(operation, input), { name: error });
    });
  }
});

const refused: readonly [operation: string, input?: object][] = [
  ['CancelKeyDeletion'],
  ['CreateAlias', { AliasName: 'alias/x', TargetKeyId: KeyId }],
  ['DeleteImportedKeyMaterial'],
  ['DisableKey'],
  ['DisableKeyRotation'],
  ['EnableKey'],
  ['EnableKeyRotation'],
  ['GetKeyLastUsage'],
  ['GetKeyPolicy'],
  ['GetParametersForImport', { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
  ['ImportKeyMaterial', { ImportToken: Plaintext, EncryptedKeyMaterial: Plaintext }],
  ['ListKeyPolicies'],
  ['ListKeyRotations'],
  ['ListResourceTags'],
  ['PutKeyPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }],
  ['ReplicateKey', { ReplicaRegion: 'eu-west-1' }],
  ['RotateKeyOnDemand'],
  ['ScheduleKeyDeletion'],
  ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
  ['UntagResource', { TagKeys: ['a'] }],
  ['UpdateKeyDescription', { Description: 'x' }],
  ['UpdatePrimaryRegion', { PrimaryRegion: 'eu-west-1' }],
];

describe('a key of another account is denied, whatever its policy says, to', () => {
  for (const [operation, input = {}] of refused) {
    test(operation, async () => {
      await assert.rejects(send(operation, { KeyId, ...input }), {
        name: 'AccessDeniedException',
        message:
          `User: arn:aws:iam::${guest}:root is not authorized to perform: kms:${operation} on resource: ${KeyId} ` +
          'because the resource does not exist in this Region, no resource-based policies allow access, ' +
          'or a resource-based policy explicitly denies access',
      });
    });
  }
});

describe('across accounts', async () => {
  const permitted = server.client(sdk.KMSClient, await server.user('permitted', allowKms.Statement[0]!));
  const other = server.client(sdk.KMSClient, await server.user('other'));
  const encrypt = (client: sdk.KMSClient, id: string) => send('Encrypt', { KeyId: arnOf(id), Plaintext }, client);
  const denied = { name: 'AccessDeniedException' };

  test('key policy and identity policy must both allow', async () => {
    await encrypt(permitted, shared);
    await assert.rejects(encrypt(other, shared), { ...denied, message: /no identity-based policy allows/ });
    await assert.rejects(encrypt(permitted, own), { ...denied, message: /the resource does not exist in this Region/ });
  });

  test('a grant is enough, and only for its grantee', async () => {
    const GranteePrincipal = `arn:aws:iam::${guest}:user/other`;
    await send('CreateGrant', { KeyId: arnOf(own), GranteePrincipal, Operations: ['Encrypt'] }, admin);
    await encrypt(other, own);
    await assert.rejects(encrypt(permitted, own), denied);
  });

  test('both accounts are told, the owner less of the caller; a refusal is told to the caller alone', async () => {
    const before = (await server.journal()).length;
    await encrypt(permitted, shared);
    await assert.rejects(encrypt(other, shared), denied);
    const [theirs, ours, refused, ...more] = (await server.journal()).slice(before);
    assert.deepEqual(more, []);
    const recipients = [theirs, ours, refused].map((record) => record!.recipientAccountId);
    assert.deepEqual(recipients, [guest, owner, guest]);
    assert.equal(refused!.sharedEventID, undefined);
    assert.match(theirs!.sharedEventID!, /^[0-9a-f-]{36}$/);
    const { userIdentity, decisions } = theirs!;
    const { principalId, accountId } = userIdentity;
    assert.ok(decisions && userIdentity.arn);
    const { decisions: _, ...seen } = theirs!;
    assert.deepEqual(ours, {
      ...{ ...seen, eventID: ours!.eventID, recipientAccountId: owner },
      userIdentity: { type: 'AWSAccount', principalId, accountId },
    });
    assert.notEqual(ours!.eventID, theirs!.eventID);
  });
});

describe('the lockout safety check', async () => {
  const put = (statements: readonly object[], rest: object = {}, client = admin) =>
    send(
      'PutKeyPolicy',
      { KeyId: own, Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }), ...rest },
      client,
    );
  const adminArn = `arn:aws:iam::${owner}:user/admin`;
  const allow = (Action: string, AWS: string) => ({ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' });
  const lockedOut = {
    name: 'MalformedPolicyDocumentException',
    message: 'The new key policy will not allow you to update the key policy in the future.',
  };

  test('wants the caller to be able to change the policy again, by itself or by its account', async () => {
    await put([allow('kms:*', adminArn)]);
    await put([allow('kms:PutKeyPolicy', `arn:aws:iam::${owner}:root`)]);
    await assert.rejects(put([allow('kms:Encrypt', adminArn)]), lockedOut);
    await assert.rejects(put([allow('kms:*', guest)]), lockedOut);
    await assert.rejects(
      put([allow('kms:*', adminArn), { ...allow('kms:PutKeyPolicy', adminArn), Effect: 'Deny' }]),
      lockedOut,
    );
  });

  test('is passed by who says so, and may', async () => {
    await put([allow('kms:Encrypt', adminArn)], { BypassPolicyLockoutSafetyCheck: true });
    await assert.rejects(put([allow('kms:*', adminArn)]), { name: 'AccessDeniedException' });
  });
});
