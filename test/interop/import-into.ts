import { wrapFor } from '../../src/testing/import.ts';
import type { Output } from './driver.ts';
import type { Stage } from './stage.ts';

/** How much fits: key pairs need an AES key between (`RSA_AES_KEY_WRAP_SHA_256`). */
type Wrapping = 'RSAES_OAEP_SHA_256' | 'RSA_AES_KEY_WRAP_SHA_256';

/** Imports material that does not expire, as the client under test, or as another one. */
export const importInto = async (
  stage: Pick<Stage, 'call'>,
  KeyId: string,
  material: Buffer,
  WrappingAlgorithm: Wrapping = 'RSAES_OAEP_SHA_256',
): Promise<Output> => {
  const asked = { KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' };
  const { PublicKey, ImportToken } = await stage.call('GetParametersForImport', asked);
  const EncryptedKeyMaterial = wrapFor(PublicKey, WrappingAlgorithm, material);
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE';
  return stage.call('ImportKeyMaterial', { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel });
};
