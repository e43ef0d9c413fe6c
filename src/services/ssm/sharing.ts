import { hash, randomUUID } from 'node:crypto';
import type { GetResourcePoliciesResponseEntry, PutResourcePolicyCommandInput } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { displayStored, parseGiven, type StoredPolicy, storePolicy } from '../../kernel/stored-policy.ts';
import type { Transaction } from '../../store/store.ts';
import type { ParameterRecord } from './parameter-record.ts';
import type { ParameterResource, Parameters } from './parameters.ts';

/** The parameter whose sharing a request is about. @throws {Fault} ResourcePolicyInvalidParameterException */
export const sharable = (parameters: Parameters, arn: string, call: Call): ParameterResource | AbsentResource => {
  if (!/^arn:aws[\w-]*:ssm:/.test(arn)) {
    throw fault('ResourcePolicyInvalidParameterException', 'The resource ARN is not valid.', {
      members: { ParameterNames: ['resourceArn'] },
    });
  }
  const resource = parameters.whole(arn, call);
  if (!('absent' in resource)) return resource;
  return { ...resource, absent: fault('ResourceNotFoundException', 'The specified resource does not exist.') };
};

/** The shares of a parameter after a request, and the policy that it put there. */
export interface AcceptedSharing {
  readonly shares: ParameterRecord['shares'];
  readonly id: string;
  readonly hash: string;
}

/**
 * Takes a policy that shares a parameter, a new one or another version of one that is known.
 *
 * @throws {Fault} MalformedResourcePolicyDocumentException, ResourcePolicyConflictException,
 *   ResourcePolicyNotFoundException, ResourcePolicyInvalidParameterException, ResourcePolicyLimitExceededException
 */
export const acceptSharing = (
  {
    Policy: text,
    PolicyId,
    PolicyHash,
  }: Pick<PutResourcePolicyCommandInput, 'PolicyId' | 'PolicyHash'> & { readonly Policy: string },
  record: ParameterRecord,
  principals: Principals,
  { tx }: Call,
): AcceptedSharing => {
  if (record.tier !== 'Advanced') {
    throw fault('ResourcePolicyInvalidParameterException', 'Only parameters of the advanced tier can be shared.', {
      members: { ParameterNames: ['resourceArn'] },
    });
  }
  if (PolicyId !== undefined) requireShare(record, PolicyId, PolicyHash);
  else if (Object.keys(record.shares).length >= maxShares) {
    throw fault('ResourcePolicyLimitExceededException', 'The parameter has as many policies as it can have.', {
      members: { Limit: maxShares, LimitType: 'PoliciesPerParameter' },
    });
  }
  const stored = storePolicy(
    text,
    parseGiven(text, 'resource', malformed),
    (id) => principals.toStored(tx, id),
    () => malformed('The policy names a principal that does not exist.'),
  );
  const id = PolicyId ?? randomUUID();
  return { shares: { ...record.shares, [id]: stored }, id, hash: hashOf(stored) };
};

const maxShares = 1;

/**
 * Makes sure that a parameter is shared by a policy, in the version that the client knows.
 *
 * @throws {Fault} ResourcePolicyNotFoundException, ResourcePolicyConflictException
 */
export const requireShare = ({ shares }: ParameterRecord, id: string, expected: string | undefined): void => {
  const stored = Object.hasOwn(shares, id) ? shares[id] : undefined;
  if (!stored)
    throw fault('ResourcePolicyNotFoundException', 'No policies with the specified policy ID and hash could be found.');
  if (expected !== hashOf(stored)) {
    throw fault('ResourcePolicyConflictException', "The hash provided in the call doesn't match the stored hash.");
  }
};

/** Policies as GetResourcePolicies answers them, by id. */
export const displaySharing = (
  { shares }: ParameterRecord,
  principals: Principals,
  tx: Transaction,
): readonly GetResourcePoliciesResponseEntry[] =>
  Object.entries(shares)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([PolicyId, stored]) => ({
      PolicyId,
      PolicyHash: hashOf(stored),
      Policy: displayStored(stored, tx, principals, JSON.stringify),
    }));

const hashOf = ({ text }: StoredPolicy): string => hash('sha256', text);

const malformed = (message: string, cause?: unknown): Fault =>
  fault('MalformedResourcePolicyDocumentException', message, { cause });
