/** Which identifiers of a key an operation takes. */
export interface KeyIdentifiers {
  /** Alias names and alias ARNs, besides key ids and key ARNs. */
  readonly aliases: boolean;
  /** ARNs of other accounts' keys. */
  readonly crossAccount: boolean;
  /** What the operation answers to an ARN it cannot read. */
  readonly malformedArn: 'InvalidArnException' | 'NotFoundException';
}

const cryptographic: KeyIdentifiers = { aliases: true, crossAccount: true, malformedArn: 'NotFoundException' };
const descriptive: KeyIdentifiers = { aliases: true, crossAccount: true, malformedArn: 'InvalidArnException' };
const aliasing: KeyIdentifiers = { aliases: false, crossAccount: false, malformedArn: 'NotFoundException' };
const administrative: KeyIdentifiers = { aliases: false, crossAccount: false, malformedArn: 'InvalidArnException' };

/** Operations that take more, or answer otherwise, than {@link administrative} ones. @see KMS API reference: "KeyId", "Cross-account use" */
const rows: Readonly<Record<string, KeyIdentifiers>> = {
  CreateAlias: aliasing,
  CreateGrant: { ...administrative, crossAccount: true },
  Decrypt: cryptographic,
  DeriveSharedSecret: cryptographic,
  DescribeKey: descriptive,
  Encrypt: cryptographic,
  GenerateDataKey: cryptographic,
  GenerateDataKeyPair: cryptographic,
  GenerateDataKeyPairWithoutPlaintext: cryptographic,
  GenerateDataKeyWithoutPlaintext: cryptographic,
  GenerateMac: cryptographic,
  GetKeyRotationStatus: { ...descriptive, aliases: false },
  GetPublicKey: descriptive,
  ListGrants: { ...administrative, crossAccount: true },
  ReEncrypt: cryptographic,
  RetireGrant: { ...administrative, crossAccount: true },
  RevokeGrant: { ...administrative, crossAccount: true },
  Sign: cryptographic,
  UpdateAlias: aliasing,
  Verify: cryptographic,
  VerifyMac: cryptographic,
};

/** What an operation takes as `KeyId`. */
export const identifiersOf = (operation: string): KeyIdentifiers => rows[operation] ?? administrative;
