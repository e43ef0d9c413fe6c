import type { VerifyCommandInput, VerifyCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { signingConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requireSignable } from '../signing-algorithms.ts';

/**
 * Verifies a signature that Sign, or anybody else with the key's private key, made. A signature that is not valid is an error,
 * never an answer.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
 */
export const verify = ({
  keys,
}: Kms): Operation<'Verify', Input<VerifyCommandInput>, Output<VerifyCommandOutput>, KmsKey> => ({
  name: 'Verify',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => signingConditions(input),
  }),
  handle: (input, key) => {
    const scheme = requireSignable('Verify', key, input);
    return eventually(key.pair.verify(scheme, input.Message, input.Signature), (valid) => {
      if (!valid) throw fault('KMSInvalidSignatureException');
      refuseDryRun(input);
      return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
    });
  },
});
