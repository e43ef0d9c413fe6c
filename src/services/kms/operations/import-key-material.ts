import type { ImportKeyMaterialCommandInput, ImportKeyMaterialCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { importMaterial, incorrect, requireImportable } from '../imported-material.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { wrapImported } from '../wrap-imported.ts';
import { unwrapImported } from '../wrapping-algorithms.ts';

/**
 * Puts key material that was made elsewhere into a key that was created for it.
 *
 * A key takes the same material again at any time, and no other; a symmetric encryption key takes new material too, which
 * RotateKeyOnDemand then makes its current one.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html
 */
export const importKeyMaterial = (
  kms: Kms,
): Operation<
  'ImportKeyMaterial',
  Input<ImportKeyMaterialCommandInput>,
  Output<ImportKeyMaterialCommandOutput>,
  KmsKey
> => ({
  name: 'ImportKeyMaterial',
  access: (input, call) => ({
    resource: kms.keys.resolve(input.KeyId, call),
    conditions: {
      'kms:ExpirationModel': input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES',
      'kms:ValidTo': input.ValidTo && String(Math.floor(input.ValidTo.getTime() / 1000)),
    },
  }),
  handle: (input, key, { tx, now }) => {
    const expiresAt = expiryOf(input, now);
    requireImportable(key);
    requireMembers(input, key);
    key.requireState('ImportKeyMaterial');
    const isSymmetric = key.record.keySpec === 'SYMMETRIC_DEFAULT';
    const { algorithm, wrappingKey, modulusBytes } = kms.importTokens.open(key.arn, input.ImportToken, now);
    return eventually(unwrapImported(algorithm, wrappingKey, modulusBytes, input.EncryptedKeyMaterial), (raw) => {
      const material = wrapImported(raw, key.record, kms.keyWrap);
      if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== material.id) {
        throw incorrect('The key material is not the one that KeyMaterialId names.');
      }
      const imported = {
        ...material,
        ...(input.KeyMaterialDescription !== undefined && { description: input.KeyMaterialDescription }),
        ...(expiresAt !== undefined && { expiresAt }),
      };
      importMaterial(tx, kms, key, imported, input.ImportType, now);
      return { KeyId: key.arn, ...(isSymmetric && { KeyMaterialId: material.id }) };
    });
  },
});

const longestMs = 365 * 86_400_000;

/** @throws {Fault} ValidationException: expiration model and date do not go together */
const expiryOf = ({ ExpirationModel, ValidTo }: ImportKeyMaterialCommandInput, now: Date): number | undefined => {
  if (ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo === undefined) return undefined;
    throw invalid(
      'The parameter ValidTo cannot be specified for a key with an expiration model of KEY_MATERIAL_DOES_NOT_EXPIRE',
    );
  }
  if (ValidTo === undefined) throw invalid('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES');
  const at = ValidTo.getTime();
  if (at <= now.getTime()) throw invalid('ValidTo must be in the future');
  if (at > now.getTime() + longestMs) throw invalid('ValidTo must be no more than 365 days from now');
  return at;
};

/** @throws {Fault} ValidationException: members that symmetric encryption keys alone have, or that exclude each other */
const requireMembers = (input: ImportKeyMaterialCommandInput, { record }: KmsKey): void => {
  const { ImportType, KeyMaterialId, KeyMaterialDescription } = input;
  const given = { ImportType, KeyMaterialId, KeyMaterialDescription };
  for (const [member, value] of Object.entries(given)) {
    if (value !== undefined && record.keySpec !== 'SYMMETRIC_DEFAULT') {
      throw invalid(`${member} can only be specified for symmetric encryption KMS keys`);
    }
  }
  if (ImportType === 'NEW_KEY_MATERIAL' && KeyMaterialId !== undefined) {
    throw invalid('KeyMaterialId cannot be specified when ImportType is NEW_KEY_MATERIAL');
  }
};

const invalid = (message: string) => fault('ValidationException', message);
