import type {
  ValidateResourcePolicyCommandInput,
  ValidateResourcePolicyCommandOutput,
  ValidationErrorsEntry,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { isPublic } from '../public-policy.ts';
import { acceptPolicy, locksOut } from '../resource-policy.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type ValidateResourcePolicy = Operation<
  'ValidateResourcePolicy',
  Input<ValidateResourcePolicyCommandInput>,
  Output<ValidateResourcePolicyCommandOutput>,
  Resource
>;

/**
 * Checks a resource policy without putting it: its grammar, whether it is public, and whether it locks the caller out.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
 */
export const validateResourcePolicy = ({ secrets, principals }: SecretsManager): ValidateResourcePolicy => ({
  name: 'ValidateResourcePolicy',
  access: ({ SecretId }, call) =>
    SecretId === undefined
      ? { resource: { arn: `arn:aws:secretsmanager:${call.region}:${call.account}:secret:*`, account: call.account } }
      : secrets.access(SecretId, call),
  handle: ({ ResourcePolicy }, resource, call) => {
    const errors: ValidationErrorsEntry[] = [];
    try {
      const { policy, stored } = acceptPolicy(ResourcePolicy, principals, call);
      if (isPublic(policy)) {
        errors.push({ CheckName: 'PUBLIC_POLICY', ErrorMessage: 'The policy allows broad access to the secret.' });
      }
      if (locksOut(stored, resource, call)) {
        errors.push({
          CheckName: 'CALLER_LOCKOUT',
          ErrorMessage: 'The policy would not allow you to change it again.',
        });
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      errors.push({ CheckName: 'POLICY_SYNTAX', ErrorMessage: error.message });
    }
    return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
  },
});
