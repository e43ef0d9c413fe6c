import type { SignCommandInput, SignCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { signingConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requireSignable } from '../signing-algorithms.ts';

/**
 * Signs a message of up to 4,096 bytes, or the digest of a message of any length.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export const sign = ({ keys }: Kms): Operation<'Sign', Input<SignCommandInput>, Output<SignCommandOutput>, KmsKey> => ({
  name: 'Sign',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => signingConditions(input),
  }),
  handle: (input, key) => {
    const scheme = requireSignable('Sign', key, input);
    refuseDryRun(input);
    return eventually(key.pair.sign(scheme, input.Message), (Signature) => ({
      KeyId: key.arn,
      Signature,
      SigningAlgorithm: input.SigningAlgorithm,
    }));
  },
});
