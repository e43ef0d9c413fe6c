import { createPublicKey, type KeyObject } from 'node:crypto';
import type { DeriveSharedSecretCommandInput, DeriveSharedSecretCommandOutput } from '@aws-sdk/client-kms';
import { isOfKind } from '../../../crypto/key-pair.ts';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestAlias } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import { keySpecs } from '../key-specs.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { answerSecret } from '../recipient.ts';

/**
 * Derives the secret that a key agreement key shares with the holder of another private key on its curve: the x-coordinate of
 * the shared point, from which a key is yet to be derived.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html
 */
export const deriveSharedSecret = ({
  keys,
  recipients,
}: Kms): Operation<
  'DeriveSharedSecret',
  Input<DeriveSharedSecretCommandInput>,
  Output<DeriveSharedSecretCommandOutput>,
  KmsKey
> => ({
  name: 'DeriveSharedSecret',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: {
      'kms:KeyAgreementAlgorithm': input.KeyAgreementAlgorithm,
      'kms:RequestAlias': requestAlias(input.KeyId),
      ...recipients.find(input, call.now)?.conditions,
    },
  }),
  handle: (input, key, call) => {
    const recipient = recipients.find(input, call.now);
    key.requireUsable('DeriveSharedSecret', input.KeyAgreementAlgorithm);
    const peer = requirePeer(input.PublicKey, key);
    refuseDryRun(input);
    return eventually(key.pair.agree(peer), (secret) => ({
      KeyId: key.arn,
      ...answerSecret('SharedSecret', secret, recipient),
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.record.origin,
    }));
  },
});

/** @throws {Fault} ValidationException: no SubjectPublicKeyInfo of a point on the key's curve */
const requirePeer = (publicKey: Uint8Array, key: KmsKey): KeyObject => {
  const { keySpec } = key.record;
  const form = keySpecs[keySpec]!.material;
  try {
    const peer = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    if (form.kind === 'pair' && isOfKind(peer, form.pair)) return peer;
  } catch (cause) {
    throw fault('ValidationException', 'PublicKey is not a DER-encoded X.509 public key.', { cause });
  }
  throw fault('ValidationException', `PublicKey is not on the curve of key spec ${keySpec}.`);
};
