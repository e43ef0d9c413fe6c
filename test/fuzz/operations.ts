/** What the valid requests are about: things that exist on the server under test. */
export interface Fixture {
  readonly keyId: string;
  /** A key that is disabled, scheduled for deletion and given policies, so that the other stays usable. */
  readonly doomedKeyId: string;
  readonly ciphertext: string;
  /** Keys by usage: RSA that encrypts, Ed25519 that signs, P-256 that agrees, and HMAC. */
  readonly rsaKeyId: string;
  readonly signingKeyId: string;
  readonly agreeingKeyId: string;
  readonly macKeyId: string;
  /** Of the key that agrees; DER in base64. */
  readonly publicKey: string;
}

/** An operation with valid input; `weight` keeps those rare that leave more behind than they find. */
export interface Sample<Input> {
  readonly operation: string;
  readonly input: Input;
  readonly weight: number;
}

/** A sample of an operation that is asked in JSON. */
export interface JsonSample extends Sample<object> {
  /** Name of its model. */
  readonly service: string;
}

/** Valid inputs of every KMS operation served, with as many members as they take. */
export const kmsSamples = (fixture: Fixture): readonly JsonSample[] => {
  const { keyId, doomedKeyId, ciphertext, publicKey: PublicKey } = fixture;
  const signing = { KeyId: fixture.signingKeyId, SigningAlgorithm: 'ED25519_SHA_512', Message: 'AQ==' };
  const mac = { KeyId: fixture.macKeyId, MacAlgorithm: 'HMAC_SHA_256', Message: 'AQ==' };
  const rsa = { KeyId: fixture.rsaKeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' };
  const Recipient = { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument: '0oRDoQEmoEGgQA==' };
  const KeyId = 'alias/fuzz';
  const EncryptionContext = { purpose: 'fuzz', department: '10103.0' };
  const Plaintext = 'aGVsbG8=';
  const samples = [
    sample('Encrypt', { KeyId, Plaintext, EncryptionContext, GrantTokens: ['x'] }, 6),
    sample('Encrypt', { KeyId: keyId, Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', DryRun: false }, 4),
    sample('Decrypt', { CiphertextBlob: ciphertext, KeyId, EncryptionContext: {} }, 6),
    sample('Decrypt', { CiphertextBlob: ciphertext }, 4),
    sample(
      'ReEncrypt',
      { CiphertextBlob: ciphertext, DestinationKeyId: KeyId, DestinationEncryptionContext: EncryptionContext },
      4,
    ),
    sample('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext }, 4),
    sample('GenerateDataKeyWithoutPlaintext', { KeyId, NumberOfBytes: 64 }, 3),
    sample('GenerateRandom', { NumberOfBytes: 32 }, 2),
    sample('DescribeKey', { KeyId: keyId, GrantTokens: [] }, 4),
    sample(
      'CreateKey',
      {
        Description: 'd',
        Tags: [{ TagKey: 'a', TagValue: 'b' }],
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        Origin: 'AWS_KMS',
        MultiRegion: false,
        Policy: '{}',
      },
      2,
    ),
    sample('CreateAlias', { AliasName: 'alias/other', TargetKeyId: keyId }, 2),
    sample('UpdateAlias', { AliasName: 'alias/other', TargetKeyId: keyId }, 2),
    sample('DeleteAlias', { AliasName: 'alias/other' }, 2),
    sample('ListAliases', { KeyId: keyId, Limit: 10, Marker: 'x' }, 2),
    sample('ListKeys', { Limit: 10 }, 2),
    sample('ListKeyPolicies', { KeyId: keyId, Limit: 1 }, 1),
    sample('ListResourceTags', { KeyId: keyId, Limit: 5 }, 1),
    sample(
      'PutKeyPolicy',
      { KeyId: doomedKeyId, PolicyName: 'default', Policy: '{}', BypassPolicyLockoutSafetyCheck: true },
      4,
    ),
    sample('Encrypt', { KeyId: doomedKeyId, Plaintext, EncryptionContext }, 2),
    sample('GetKeyPolicy', { KeyId: keyId, PolicyName: 'default' }, 2),
    sample(
      'TagResource',
      {
        KeyId: keyId,
        Tags: [
          { TagKey: 'k', TagValue: 'v' },
          { TagKey: 'l', TagValue: '' },
        ],
      },
      3,
    ),
    sample('UntagResource', { KeyId: keyId, TagKeys: ['k', 'l'] }, 2),
    sample('UpdateKeyDescription', { KeyId: keyId, Description: 'fuzzed' }, 2),
    sample('EnableKey', { KeyId: doomedKeyId }, 2),
    sample('DisableKey', { KeyId: doomedKeyId }, 1),
    sample('ScheduleKeyDeletion', { KeyId: doomedKeyId, PendingWindowInDays: 7 }, 1),
    sample('CancelKeyDeletion', { KeyId: doomedKeyId }, 3),
    sample('GetKeyRotationStatus', { KeyId: keyId }, 1),
    sample('GetPublicKey', { KeyId: keyId }, 1),
    sample('GetPublicKey', { KeyId: fixture.rsaKeyId }, 1),
    sample('Sign', { ...signing, MessageType: 'RAW', GrantTokens: [], DryRun: false }, 2),
    sample('Verify', { ...signing, Signature: Buffer.alloc(64, 1).toString('base64') }, 2),
    sample('GenerateMac', mac, 2),
    sample('VerifyMac', { ...mac, Mac: Buffer.alloc(32).toString('base64') }, 2),
    sample('DeriveSharedSecret', { KeyId: fixture.agreeingKeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }, 3),
    sample('Encrypt', { ...rsa, Plaintext }, 2),
    sample('Decrypt', { ...rsa, CiphertextBlob: Buffer.alloc(256, 1).toString('base64') }, 2),
    sample('Decrypt', { CiphertextBlob: ciphertext, Recipient }, 2),
    sample('GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext }, 2),
    sample('GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec: 'ECC_NIST_EDWARDS25519' }, 1),
    sample('NoSuchOperation', {}, 1),
  ];
  return samples.map((made) => ({ service: 'kms', ...made }));
};

/** Valid forms of IAM and STS operations. */
export const querySamples: readonly Sample<Readonly<Record<string, string>>>[] = [
  iam('CreateUser', { UserName: 'another', Path: '/a/', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }, 2),
  iam('GetUser', { UserName: 'fuzzer' }, 3),
  iam('ListUsers', { PathPrefix: '/', MaxItems: '10', Marker: 'x' }, 1),
  iam('UpdateUser', { UserName: 'another', NewPath: '/b/' }, 1),
  iam('DeleteUser', { UserName: 'another' }, 2),
  iam('TagUser', { UserName: 'fuzzer', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }, 2),
  iam('UntagUser', { UserName: 'fuzzer', 'TagKeys.member.1': 'k' }, 1),
  iam('ListUserTags', { UserName: 'fuzzer' }, 1),
  iam('CreatePolicy', { PolicyName: 'other', PolicyDocument: '{}', Description: 'd', Path: '/p/' }, 1),
  iam(
    'CreatePolicyVersion',
    { PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz', PolicyDocument: '{}', SetAsDefault: 'true' },
    1,
  ),
  iam('DeletePolicyVersion', { PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz', VersionId: 'v2' }, 1),
  iam('GetPolicy', { PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz' }, 1),
  iam('ListPolicies', { Scope: 'Local', OnlyAttached: 'false', PathPrefix: '/', MaxItems: '5' }, 1),
  iam('AttachUserPolicy', { UserName: 'another', PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz' }, 1),
  iam('DetachUserPolicy', { UserName: 'another', PolicyArn: 'arn:aws:iam::111122223333:policy/fuzz' }, 1),
  iam('PutUserPolicy', { UserName: 'fuzzer', PolicyName: 'inline', PolicyDocument: '{}' }, 5),
  iam('GetUserPolicy', { UserName: 'fuzzer', PolicyName: 'inline' }, 1),
  iam(
    'PutUserPermissionsBoundary',
    { UserName: 'another', PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    1,
  ),
  iam('CreateAccessKey', { UserName: 'another' }, 1),
  iam('ListAccessKeys', { UserName: 'fuzzer' }, 1),
  iam('UpdateAccessKey', { UserName: 'another', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' }, 1),
  iam(
    'SimulatePrincipalPolicy',
    {
      PolicySourceArn: 'arn:aws:iam::111122223333:user/fuzzer',
      'ActionNames.member.1': 'kms:Encrypt',
      'ResourceArns.member.1': '*',
    },
    3,
  ),
  iam(
    'SimulateCustomPolicy',
    {
      'PolicyInputList.member.1': '{}',
      'ActionNames.member.1': 'kms:Encrypt',
      'ContextEntries.member.1.ContextKeyName': 'aws:x',
      'ContextEntries.member.1.ContextKeyValues.member.1': '1',
      'ContextEntries.member.1.ContextKeyType': 'numeric',
    },
    3,
  ),
  iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: '{}' }, 1),
  sts('GetCallerIdentity', {}, 3),
  sts('GetSessionToken', { DurationSeconds: '900' }, 2),
  sts('GetAccessKeyInfo', { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, 1),
  sts('AssumeRole', { RoleArn: 'arn:aws:iam::111122223333:role/r', RoleSessionName: 's' }, 1),
];

function sample<Input>(operation: string, input: Input, weight: number): Sample<Input> {
  return { operation, input, weight };
}

function iam(operation: string, input: Readonly<Record<string, string>>, weight: number) {
  return sample(operation, { Action: operation, Version: '2010-05-08', ...input }, weight);
}

function sts(operation: string, input: Readonly<Record<string, string>>, weight: number) {
  return sample(operation, { Action: operation, Version: '2011-06-15', ...input }, weight);
}
