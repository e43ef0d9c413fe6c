import type { CreateGrantCommandInput, CreateGrantCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { constraintConditions, grantIsForAwsResource } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import { parseConstraint } from '../grant-constraints.ts';
import { requireGrantable } from '../grant-operations.ts';
import { acceptPrincipal } from '../grant-principals.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Lets a principal use a key, beside what policies allow. The grant is in force at once, with its token and without.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
export const createGrant = ({
  keys,
  grants,
  grantTokens,
  principals,
}: Kms): Operation<'CreateGrant', Input<CreateGrantCommandInput>, Output<CreateGrantCommandOutput>, KmsKey> => ({
  name: 'CreateGrant',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: {
      ...grantIsForAwsResource(call),
      ...constraintConditions(parseConstraint(input.Constraints)),
      'kms:GrantOperations': input.Operations,
      'kms:GranteePrincipal': input.GranteePrincipal,
      'kms:RetiringPrincipal': input.RetiringPrincipal,
    },
  }),
  handle: (input, key, call) => {
    const constraint = parseConstraint(input.Constraints);
    const operations = [...new Set(input.Operations)];
    requireGrantable(operations, constraint !== undefined, key.record, key.arn);
    // INVARIANT: the model requires it.
    const grantee = acceptPrincipal(input.GranteePrincipal!, call, principals);
    const retiring =
      input.RetiringPrincipal === undefined ? undefined : acceptPrincipal(input.RetiringPrincipal, call, principals);
    key.requireState('CreateGrant');
    refuseDryRun(input);
    const grant = grants.create(
      call.tx,
      key.record,
      {
        grantee,
        operations,
        issuer: call.account,
        ...(input.Name !== undefined && { name: input.Name }),
        ...(retiring !== undefined && { retiring }),
        ...(constraint && { constraint }),
      },
      call.now,
    );
    return { GrantToken: grantTokens.issue(grant), GrantId: grant.id };
  },
});
