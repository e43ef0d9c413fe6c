import type { GenerateMacCommandInput, GenerateMacCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { macConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Computes the HMAC of a message of up to 4,096 bytes.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
export const generateMac = ({
  keys,
}: Kms): Operation<'GenerateMac', Input<GenerateMacCommandInput>, Output<GenerateMacCommandOutput>, KmsKey> => ({
  name: 'GenerateMac',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => macConditions(input),
  }),
  handle: (input, key) => {
    key.requireUsable('GenerateMac', input.MacAlgorithm);
    refuseDryRun(input);
    return eventually(key.macs.mac(input.MacAlgorithm, input.Message), (Mac) => ({
      KeyId: key.arn,
      Mac,
      MacAlgorithm: input.MacAlgorithm,
    }));
  },
});
