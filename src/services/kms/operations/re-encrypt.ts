import type { ReEncryptCommandInput, ReEncryptCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { decryptSource, type Source, sourceKey } from '../ciphertext-source.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Decrypts a ciphertext and encrypts it again, under another key or with another encryption context; the plaintext never
 * leaves the server.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
 */
export const reEncrypt = ({
  keys,
}: Kms): Operation<
  'ReEncrypt',
  Input<ReEncryptCommandInput>,
  Output<ReEncryptCommandOutput>,
  readonly [source: KmsKey, destination: KmsKey]
> => ({
  name: 'ReEncrypt',
  access: (input, call) => {
    const source = sourceOf(input);
    const from = sourceKey(keys, source, call, 'kms:ReEncryptFrom');
    const to = { resource: keys.resolve(input.DestinationKeyId, call) };
    const sameKey = { 'kms:ReEncryptOnSameKey': String(from.resource.arn === to.resource.arn) };
    return [
      { ...from, action: 'kms:ReEncryptFrom', conditions: { ...encryptionConditions(source), ...sameKey } },
      { ...to, action: 'kms:ReEncryptTo', conditions: { ...encryptionConditions(destinationOf(input)), ...sameKey } },
    ];
  },
  handle: (input, [sourceKey, destinationKey]) => {
    const source = sourceOf(input);
    const destination = destinationOf(input);
    const decrypted = decryptSource(sourceKey, source, 'ReEncrypt');
    destinationKey.requireUsable('ReEncrypt', destination.EncryptionAlgorithm);
    refuseDryRun(input);
    // INVARIANT: only dry runs leave the ciphertext out.
    const { plaintext, keyMaterialId } = decrypted!;
    const ciphertext = destinationKey.encrypt(plaintext, destination.EncryptionContext);
    plaintext.fill(0);
    return {
      CiphertextBlob: ciphertext,
      SourceKeyId: sourceKey.arn,
      KeyId: destinationKey.arn,
      SourceEncryptionAlgorithm: source.EncryptionAlgorithm,
      DestinationEncryptionAlgorithm: destination.EncryptionAlgorithm,
      SourceKeyMaterialId: keyMaterialId,
      DestinationKeyMaterialId: destinationKey.currentKeyMaterialId,
    };
  },
});

const sourceOf = (input: Input<ReEncryptCommandInput>) =>
  ({
    CiphertextBlob: input.CiphertextBlob,
    KeyId: input.SourceKeyId,
    EncryptionContext: input.SourceEncryptionContext,
    EncryptionAlgorithm: input.SourceEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
    DryRun: input.DryRun,
    DryRunModifiers: input.DryRunModifiers,
  }) satisfies Source;

const destinationOf = (input: Input<ReEncryptCommandInput>) => ({
  KeyId: input.DestinationKeyId,
  EncryptionContext: input.DestinationEncryptionContext,
  EncryptionAlgorithm: input.DestinationEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
});
