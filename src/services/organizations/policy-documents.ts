import { fault } from '../../kernel/fault.ts';
import { type Policy, PolicySyntaxError, parsePolicy } from '../../policy/policy.ts';
import { requireInheritable } from './effective-policy.ts';
import { constraintViolation } from './faults.ts';
import { type PolicyType, policyTypeRow } from './policy-types.ts';

/**
 * Checks a document that a request brings for a policy of a type.
 *
 * @throws {Fault} ConstraintViolationException for one that is too long, MalformedPolicyDocumentException
 * @see Organizations User Guide: "SCP syntax", "RCP syntax", "Management policy syntax and inheritance"
 */
export const requireDocument = (type: PolicyType, content: string): void => {
  const { maxChars, topLevel } = policyTypeRow(type);
  if (content.length > maxChars) {
    throw constraintViolation(
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      'You attempted to create a policy that is larger than the maximum size.',
    );
  }
  try {
    if (type === 'SERVICE_CONTROL_POLICY') parsePolicy(content, 'scp');
    else if (type === 'RESOURCE_CONTROL_POLICY') requireRcp(parsePolicy(content, 'rcp'));
    else requireInheritable(content, topLevel!);
  } catch (error) {
    if (error instanceof PolicySyntaxError || error instanceof SyntaxError) throw malformed(error);
    throw error;
  }
};

/** Organizations names the type, never what is wrong with the document. */
const malformed = (cause: unknown) =>
  fault(
    'MalformedPolicyDocumentException',
    'The provided policy document does not meet the requirements of the specified policy type.',
    { cause },
  );

/** RCPs only deny, name everybody in Principal, and name actions of services, not all there are. */
const requireRcp = ({ statements }: Policy): void => {
  for (const { effect, principal, notPrincipal, action } of statements) {
    if (effect !== 'Deny') throw new PolicySyntaxError('Only RCPFullAWSAccess allows.');
    const everybody = principal?.length === 1 && principal[0]!.type === 'AWS' && principal[0]!.id === '*';
    if (notPrincipal || !everybody) throw new PolicySyntaxError('Principal must be "*".');
    if (!action || action.includes('*')) throw new PolicySyntaxError('Action must name services.');
  }
};
