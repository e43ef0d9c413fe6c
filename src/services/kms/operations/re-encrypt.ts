import type { ReEncryptCommandInput, ReEncryptCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { decryptSource, type Source, sourceKey } from '../ciphertext-source.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { encryptUnder, requireEncryptable } from '../rsa-encryption.ts';

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
    const { EncryptionAlgorithm, EncryptionContext } = destination;
    return eventually(decryptSource(sourceKey, source, 'ReEncrypt'), (decrypted) => {
      destinationKey.requireUsable('ReEncrypt', EncryptionAlgorithm);
      if (decrypted) requireEncryptable(destinationKey, EncryptionAlgorithm, decrypted.plaintext, EncryptionContext);
      refuseDryRun(input);
      // INVARIANT: only dry runs leave the ciphertext out.
      const { plaintext, keyMaterialId } = decrypted!;
      const encrypted = encryptUnder(destinationKey, EncryptionAlgorithm, plaintext, EncryptionContext);
      return eventually(encrypted, (CiphertextBlob) => {
        plaintext.fill(0);
        return {
          CiphertextBlob,
          SourceKeyId: sourceKey.arn,
          KeyId: destinationKey.arn,
          SourceEncryptionAlgorithm: source.EncryptionAlgorithm,
          DestinationEncryptionAlgorithm: EncryptionAlgorithm,
          SourceKeyMaterialId: keyMaterialId,
          ...(!destinationKey.publicKey && { DestinationKeyMaterialId: destinationKey.currentKeyMaterialId }),
        };
      });
    });
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
