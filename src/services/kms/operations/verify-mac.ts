import { timingSafeEqual } from 'node:crypto';
import type { VerifyMacCommandInput, VerifyMacCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { macConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Verifies an HMAC. One that is not valid is an error, never an answer.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html
 */
export const verifyMac = ({
  keys,
}: Kms): Operation<'VerifyMac', Input<VerifyMacCommandInput>, Output<VerifyMacCommandOutput>, KmsKey> => ({
  name: 'VerifyMac',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => macConditions(input),
  }),
  handle: (input, key) => {
    key.requireUsable('VerifyMac', input.MacAlgorithm);
    return eventually(key.macs.mac(input.MacAlgorithm, input.Message), (mac) => {
      // Its length is no secret.
      if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) throw fault('KMSInvalidMacException');
      refuseDryRun(input);
      return { KeyId: key.arn, MacAlgorithm: input.MacAlgorithm, MacValid: true };
    });
  },
});
