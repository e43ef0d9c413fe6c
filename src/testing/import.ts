import { constants, createCipheriv, createPublicKey, createSecretKey, publicEncrypt, randomBytes } from 'node:crypto';
import {
  type AlgorithmSpec,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  type ImportKeyMaterialCommandOutput,
  type KMSClient,
  type WrappingKeySpec,
} from '@aws-sdk/client-kms';

/**
 * Encrypts key material as a client does before ImportKeyMaterial.
 *
 * @param publicKey SubjectPublicKeyInfo, DER, as GetParametersForImport gives it
 */
export const wrapFor = (publicKey: Uint8Array, algorithm: AlgorithmSpec, material: Buffer): Buffer => {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const oaepHash = algorithm.endsWith('SHA_256') ? 'sha256' : 'sha1';
  const oaep = (bytes: Buffer) => publicEncrypt({ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, bytes);
  if (!algorithm.startsWith('RSA_AES')) return oaep(material);
  const aesKey = randomBytes(32);
  // RFC 5649 §3: the alternative initial value.
  const cipher = createCipheriv('id-aes256-wrap-pad', createSecretKey(aesKey), Buffer.from('a65959a6', 'hex'));
  return Buffer.concat([oaep(aesKey), cipher.update(material), cipher.final()]);
};

/** Imports key material, which does not expire unless `rest` says otherwise. */
export const importInto = async (
  kms: KMSClient,
  KeyId: string,
  material: Buffer,
  rest: Partial<ImportKeyMaterialCommandInput> = {},
  algorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
  wrappingKeySpec: WrappingKeySpec = 'RSA_2048',
): Promise<ImportKeyMaterialCommandOutput> => {
  const { PublicKey, ImportToken } = await kms.send(
    new GetParametersForImportCommand({ KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: wrappingKeySpec }),
  );
  const EncryptedKeyMaterial = wrapFor(PublicKey!, algorithm, material);
  const doesNotExpire = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const };
  return await kms.send(
    new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ...doesNotExpire, ...rest }),
  );
};
