import type { DescribeKeyCommandInput, DescribeKeyCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestAlias } from '../conditions.ts';
import { toKeyMetadata } from '../key-metadata.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Describes a KMS key, in whatever state.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export const describeKey = ({
  keys,
}: Kms): Operation<'DescribeKey', Input<DescribeKeyCommandInput>, Output<DescribeKeyCommandOutput>, KmsKey> => ({
  name: 'DescribeKey',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: { 'kms:RequestAlias': requestAlias(input.KeyId) },
  }),
  handle: (_input, key) => ({ KeyMetadata: toKeyMetadata(key) }),
});
