import type { Call } from '../../kernel/call.ts';
import { contextOf } from '../../kernel/context.ts';
import { fault } from '../../kernel/fault.ts';
import type { Access, Resource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import {
  compileStored,
  displayStored,
  parseGiven,
  type StoredPolicy,
  storePolicy,
} from '../../kernel/stored-policy.ts';
import { type CompiledPolicy, compilePolicy, evaluate, parsePolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { formatDocument } from './format-document.ts';
import { findBrokenRule } from './key-policy-rules.ts';
import { limits } from './limits.ts';

/** The name of the one policy that a key has. */
export const keyPolicyName = 'default';

/** @param name as requests give it; absent means `default` */
export const isKeyPolicyName = (name: string | undefined): boolean => name === undefined || name === keyPolicyName;

/** The policy of a key that was created without one. @see KMS developer guide: "Default key policy" */
export const defaultKeyPolicy = (account: string): StoredPolicy => ({
  text: formatDocument({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }),
  principals: {},
});

/**
 * Checks a key policy that a request brings, and that its principals exist.
 *
 * @throws {Fault} LimitExceededException, MalformedPolicyDocumentException
 */
export const acceptKeyPolicy = (text: string, tx: Transaction, principals: Principals): StoredPolicy => {
  if (Buffer.byteLength(text) > limits.keyPolicyBytes) {
    throw fault('LimitExceededException', `The key policy is larger than ${limits.keyPolicyBytes} bytes.`);
  }
  const policy = parseGiven(text, 'key', malformed);
  const broken = findBrokenRule(policy);
  if (broken !== undefined) throw malformed(broken);
  return storePolicy(
    text,
    policy,
    (principal) => principals.toStored(tx, principal),
    () => malformed('Policy contains a statement with one or more invalid principals.'),
  );
};

const malformed = (message: string, cause?: unknown) => fault('MalformedPolicyDocumentException', message, { cause });

/** Compiles a stored key policy. */
export const compileKeyPolicy = (policy: StoredPolicy): CompiledPolicy => compileStored(policy, 'key');

/**
 * The lockout safety check: a key policy must let the caller change it again, by itself or together with identity policies.
 *
 * @param key what the policy would be attached to
 * @throws {Fault} MalformedPolicyDocumentException
 */
export const requireNoLockout = (policy: CompiledPolicy, key: Resource, call: Call): void => {
  const resource: Resource = { arn: key.arn, account: key.account, policy, policyRequired: true };
  const access: Access = { resource: key };
  const decision = evaluate({
    principal: call.caller,
    action: 'kms:PutKeyPolicy',
    resource,
    context: contextOf(call, access),
    identity: [allowEverything],
  });
  if (!decision.allowed)
    throw malformed('The new key policy will not allow you to update the key policy in the future.');
};

/** Stands for whatever identity policies the caller has: the check is about the key policy alone. */
const allowEverything = compilePolicy(
  parsePolicy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', 'identity'),
);

/** The policy as GetKeyPolicy shows it. */
export const displayKeyPolicy = (policy: StoredPolicy, tx: Transaction, port: Principals): string =>
  displayStored(policy, tx, port, formatDocument);
