import type { Call } from '../../kernel/call.ts';
import { contextOf } from '../../kernel/context.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { compileStored, parseGiven, type StoredPolicy, storePolicy } from '../../kernel/stored-policy.ts';
import { compilePolicy, evaluate, type Policy, parsePolicy } from '../../policy/policy.ts';

/**
 * Takes a policy for a secret.
 *
 * @throws {Fault} MalformedPolicyDocumentException
 */
export const acceptPolicy = (
  text: string,
  principals: Principals,
  { tx }: Call,
): { readonly policy: Policy; readonly stored: StoredPolicy } => {
  const policy = parseGiven(text, 'resource', malformed);
  const stored = storePolicy(
    text,
    policy,
    (id) => principals.toStored(tx, id),
    () => malformed('This resource policy contains an unsupported principal.'),
  );
  return { policy, stored };
};

const malformed = (message: string, cause?: unknown): Fault =>
  fault('MalformedPolicyDocumentException', message, { cause });

/** Whether a policy would forbid the caller to put another one. */
export const locksOut = (stored: StoredPolicy, { arn, account }: Resource, call: Call): boolean => {
  const resource: Resource = { arn, account, policy: compileStored(stored, 'resource') };
  const decision = evaluate({
    principal: call.caller,
    action: 'secretsmanager:PutResourcePolicy',
    resource,
    context: contextOf(call, { resource }),
    identity: [allowEverything],
  });
  return !decision.allowed && account === call.account;
};

/** Stands for whatever identity policies the caller has: the check is about the secret's policy alone. */
const allowEverything = compilePolicy(
  parsePolicy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', 'identity'),
);
