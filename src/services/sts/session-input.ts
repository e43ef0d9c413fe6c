import { deflateRawSync } from 'node:zlib';
import type { SessionPolicies } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import type { Sts } from './sts.ts';

/** What requests may put into a session. */
export interface SessionInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

/** What of it the session token carries. */
export interface SessionContent {
  readonly policies?: SessionPolicies;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Bytes that the packed content may take. @see docs/formats/session-token.md */
const packedBytes = 2048;
const maxPlaintextChars = 2048;
const maxPolicyArns = 10;

/**
 * Checks session policies and gives them as the token carries them.
 *
 * @returns undefined where the request has none: the session is not narrowed
 * @throws {Fault} `MalformedPolicyDocument`, `PackedPolicyTooLarge`, `ValidationError`
 */
export const sessionPolicies = (
  { Policy, PolicyArns = [] }: SessionInput,
  account: string,
  sts: Sts,
  tx: Transaction,
): SessionPolicies | undefined => {
  if (Policy === undefined && PolicyArns.length === 0) return undefined;
  const arns = PolicyArns.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  if (arns.length > maxPolicyArns) {
    throw fault(
      'ValidationError',
      `1 validation error detected: Value '[${arns.join(', ')}]' at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${maxPolicyArns}`,
    );
  }
  sts.requireSessionPolicies(tx, account, Policy, arns);
  const plaintextChars = (Policy?.length ?? 0) + arns.reduce((sum, arn) => sum + arn.length, 0);
  if (plaintextChars > maxPlaintextChars) throw tooLarge(percentOf(plaintextChars, maxPlaintextChars));
  return { documents: Policy === undefined ? [] : [Policy], arns };
};

/**
 * Takes the session tags of a request.
 *
 * @throws {Fault} `InvalidParameterValue` for a key given twice (compared without case) or reserved to AWS
 */
export const sessionTags = ({ Tags = [] }: SessionInput): Readonly<Record<string, string>> => {
  const keys = Tags.map(({ Key }) => Key!.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw fault('InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw fault('InvalidParameterValue', 'System tags cannot be added to session tags.');
  }
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key!, Value!]));
};

/**
 * How much of the space for policies and tags they take, in percent; undefined where there are none.
 *
 * @throws {Fault} `PackedPolicyTooLarge`
 */
export const packedPolicySize = ({ policies, tags = {} }: SessionContent): number | undefined => {
  if (!policies && Object.keys(tags).length === 0) return undefined;
  const percent = percentOf(deflateRawSync(JSON.stringify([policies, tags])).length, packedBytes);
  if (percent > 100) throw tooLarge(percent);
  return percent;
};

const percentOf = (part: number, whole: number): number => Math.ceil((part * 100) / whole);

const tooLarge = (percent: number) =>
  fault('PackedPolicyTooLarge', `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`);
