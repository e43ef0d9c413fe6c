import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Conditions } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { storePolicy } from '../../kernel/stored-policy.ts';
import { PolicySyntaxError, parsePolicy } from '../../policy/policy.ts';
import type { FunctionRecord, PermissionStatement } from './function-record.ts';
import { type FunctionResource, policyText } from './functions.ts';

const maxPolicyBytes = 20_480;

/**
 * The statement that a request adds to a function's resource policy.
 *
 * @param arn what it is about, with the qualifier
 * @throws {Fault} InvalidParameterValueException
 */
export const statementOf = (
  input: AddPermissionCommandInput,
  arn: string,
  principals: Principals,
  { tx }: Call,
): PermissionStatement => {
  const sid = input.StatementId!;
  const text = JSON.stringify({
    Sid: sid,
    Effect: 'Allow',
    Principal: principalOf(input.Principal!),
    Action: input.Action,
    Resource: arn,
    ...conditionOf(input),
  });
  try {
    const document = policyText([{ sid, text, principals: {} }]);
    const toStored = (id: string) => principals.toStored(tx, id);
    const stored = storePolicy(document, parsePolicy(document, 'resource'), toStored, invalidPrincipal);
    return { sid, text, principals: stored.principals };
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw invalidPrincipal();
    throw error;
  }
};

const principalOf = (principal: string): object | string => {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[\w-]*:(?:iam|sts)::/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com|amazon\.com|alexa\.amazon\.com)$/.test(principal)) {
    return { Service: principal };
  }
  throw invalidPrincipal();
};

const invalidPrincipal = (): Fault =>
  fault(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
    {
      members: { Type: 'User' },
    },
  );

const conditionOf = (input: AddPermissionCommandInput): { readonly Condition?: object } => {
  const equals = {
    ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.EventSourceToken !== undefined && { 'lambda:EventSourceToken': input.EventSourceToken }),
    ...(input.FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
  };
  const Condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) },
    }),
  };
  return Object.keys(Condition).length > 0 ? { Condition } : {};
};

/**
 * `lambda:Principal` and `lambda:FunctionUrlAuthType` of a statement that a request is about, as AddPermission takes them:
 * a service, an ARN, `*`, or the 12 digits of a whole account.
 *
 * @see Lambda developer guide: "Using identity-based policies", ManageFunctionPolicy
 */
export const statementConditions = (resource: FunctionResource | AbsentResource, sid: string): Conditions => {
  if ('absent' in resource) return {};
  const { record, qualifier } = resource;
  const statement = record.permissions[qualifier ?? '']?.find((candidate) => candidate.sid === sid);
  if (!statement) return {};
  const { Principal, Condition } = JSON.parse(statement.text) as WrittenStatement;
  const principal = typeof Principal === 'string' ? Principal : (Principal.Service ?? Principal.AWS);
  return {
    'lambda:Principal': principal?.replace(/^arn:aws:iam::(\d{12}):root$/, '$1'),
    'lambda:FunctionUrlAuthType': Condition?.StringEquals?.['lambda:FunctionUrlAuthType'],
  };
};

/** What {@link statementOf} writes. */
interface WrittenStatement {
  readonly Principal: string | { readonly AWS?: string; readonly Service?: string };
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string>> };
}

/** The permissions of a function with one more. @throws {Fault} ResourceConflictException, PolicyLengthExceededException */
export const withStatement = (
  { permissions }: FunctionRecord,
  qualifier: string | undefined,
  added: PermissionStatement,
): FunctionRecord['permissions'] => {
  const before = permissions[qualifier ?? ''] ?? [];
  if (before.some(({ sid }) => sid === added.sid)) {
    throw fault(
      'ResourceConflictException',
      `The statement id (${added.sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      { members: { Type: 'User' } },
    );
  }
  const after = [...before, added];
  const bytes = Buffer.byteLength(policyText(after));
  if (bytes > maxPolicyBytes) {
    throw fault(
      'PolicyLengthExceededException',
      `The final policy size (${bytes}) is bigger than the limit (${maxPolicyBytes}).`,
      {
        members: { Type: 'User' },
      },
    );
  }
  return { ...permissions, [qualifier ?? '']: after };
};

/** The permissions of a function without one of them. @throws {Fault} ResourceNotFoundException */
export const withoutStatement = (
  { permissions }: FunctionRecord,
  qualifier: string | undefined,
  removed: string,
): FunctionRecord['permissions'] => {
  const before = permissions[qualifier ?? ''] ?? [];
  const after = before.filter(({ sid }) => sid !== removed);
  if (after.length === before.length) {
    throw fault('ResourceNotFoundException', `Statement ${removed} is not found in resource policy.`, {
      members: { Type: 'User' },
    });
  }
  return { ...permissions, [qualifier ?? '']: after };
};
