import type { Call } from '../../kernel/call.ts';
import { contextOf } from '../../kernel/context.ts';
import { fault } from '../../kernel/fault.ts';
import type { Access, Resource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import {
  type CompiledPolicy,
  compilePolicy,
  evaluate,
  type Policy,
  PolicySyntaxError,
  parsePolicy,
  type Statement,
} from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { formatDocument } from './format-document.ts';
import { findBrokenRule } from './key-policy-rules.ts';
import { limits } from './limits.ts';

/** A key policy as a key's record holds it. */
export interface StoredPolicy {
  /** The document as it was given. */
  readonly text: string;
  /** Stored form of each principal that is not stored as it was written: a user's ARN becomes its unique id. */
  readonly principals: Readonly<Record<string, string>>;
}

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
  const policy = parseKeyPolicy(text);
  const broken = findBrokenRule(policy);
  if (broken !== undefined) throw malformed(broken);
  const stored: Record<string, string> = {};
  for (const id of awsPrincipals(policy)) {
    const form = principals.toStored(tx, id);
    if (form === undefined) throw malformed('Policy contains a statement with one or more invalid principals.');
    if (form !== id) stored[id] = form;
  }
  return { text, principals: stored };
};

const parseKeyPolicy = (text: string): Policy => {
  try {
    return parsePolicy(text, 'key');
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw malformed(error.message, error);
    throw error;
  }
};

const malformed = (message: string, cause?: unknown) => fault('MalformedPolicyDocumentException', message, { cause });

const awsPrincipals = (policy: Policy): Set<string> =>
  new Set(
    policy.statements
      .flatMap(({ principal, notPrincipal }) => principal ?? notPrincipal ?? [])
      .filter(({ type }) => type === 'AWS')
      .map(({ id }) => id),
  );

/** Compiles a stored policy, its principals in their stored form. */
export const compileStored = ({ text, principals }: StoredPolicy): CompiledPolicy => {
  const policy = parsePolicy(text, 'key');
  const toStored = (list: Statement['principal']) => list?.map(({ type, id }) => ({ type, id: principals[id] ?? id }));
  const statements = policy.statements.map((statement) => ({
    ...statement,
    ...(statement.principal && { principal: toStored(statement.principal)! }),
    ...(statement.notPrincipal && { notPrincipal: toStored(statement.notPrincipal)! }),
  }));
  return compilePolicy({ ...policy, statements });
};

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

/**
 * The policy as GetKeyPolicy shows it: as it was given, unless a principal is now known otherwise (the id of a deleted
 * user in place of its ARN).
 */
export const displayKeyPolicy = ({ text, principals }: StoredPolicy, tx: Transaction, port: Principals): string => {
  const shown = new Map(Object.entries(principals).map(([id, stored]) => [id, port.toDisplayed(tx, stored)]));
  if ([...shown].every(([id, displayed]) => id === displayed)) return text;
  const document = JSON.parse(text) as { Statement: OneOrMany<JsonObject> };
  for (const statement of toList(document.Statement)) {
    for (const element of ['Principal', 'NotPrincipal']) {
      const named = statement[element] as { AWS?: OneOrMany<string> } | undefined;
      if (named?.AWS === undefined) continue;
      const ids = toList(named.AWS).map((id) => shown.get(id) ?? id);
      named.AWS = ids.length === 1 ? ids[0]! : ids;
    }
  }
  return formatDocument(document);
};

type JsonObject = Record<string, unknown>;
type OneOrMany<T> = T | readonly T[];

const toList = <T>(value: OneOrMany<T>): readonly T[] => (Array.isArray(value) ? value : [value as T]);
