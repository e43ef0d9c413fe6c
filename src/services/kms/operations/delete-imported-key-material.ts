import type {
  DeleteImportedKeyMaterialCommandInput,
  DeleteImportedKeyMaterialCommandOutput,
} from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { deleteMaterial, requireImportable } from '../imported-material.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Deletes imported key material: the key cannot be used until the same material is imported again.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html
 */
export const deleteImportedKeyMaterial = (
  kms: Kms,
): Operation<
  'DeleteImportedKeyMaterial',
  Input<DeleteImportedKeyMaterialCommandInput>,
  Output<DeleteImportedKeyMaterialCommandOutput>,
  KmsKey
> => ({
  name: 'DeleteImportedKeyMaterial',
  access: (input, call) => ({ resource: kms.keys.resolve(input.KeyId, call) }),
  handle: (input, key, { tx, now }) => {
    requireImportable(key);
    key.requireState('DeleteImportedKeyMaterial');
    const deleted = deleteMaterial(tx, kms, key.record, input.KeyMaterialId, now);
    const isSymmetric = key.record.keySpec === 'SYMMETRIC_DEFAULT';
    return { KeyId: key.arn, ...(isSymmetric && deleted !== undefined && { KeyMaterialId: deleted }) };
  },
});
