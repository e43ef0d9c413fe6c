import type { AssumeRootCommandInput, AssumeRootCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { beginSession } from '../sessions.ts';
import type { Sts } from '../sts.ts';

type AssumeRoot = Operation<'AssumeRoot', Input<AssumeRootCommandInput>, Output<AssumeRootCommandOutput>>;

/**
 * Gives the management account of an organization, or IAM's delegated administrator, a short task as root of a member
 * account. The task policy bounds the session; nobody may do anything else with it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export const assumeRoot = (sts: Sts): AssumeRoot => ({
  name: 'AssumeRoot',
  access: ({ TargetPrincipal, TaskPolicyArn }, call) => {
    const account = accountOf(TargetPrincipal);
    const arn = `arn:aws:iam::${account}:root`;
    const message = `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRoot on resource: ${arn}`;
    const refused = !sts.mayActAsRoot(call, account, TaskPolicyArn.arn);
    return {
      // The member's root has no policy that could let the caller in: its organization did, so the caller's own decide.
      resource: { arn, account: call.account, ...(refused && { absent: fault('AccessDenied', message) }) },
      conditions: { 'sts:TaskPolicyArn': TaskPolicyArn.arn },
    };
  },
  handle: ({ TargetPrincipal, TaskPolicyArn, DurationSeconds = maxTaskSeconds }, _root, { caller, now }) => {
    const sourceIdentity = caller.session?.sourceIdentity;
    const claims = {
      kind: 'root',
      account: accountOf(TargetPrincipal),
      policies: { documents: [], arns: [TaskPolicyArn.arn!] },
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    } as const;
    const { Credentials } = beginSession(sts, claims, DurationSeconds, now);
    return { Credentials, ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) };
  },
});

const maxTaskSeconds = 900;

/** @throws {Fault} `ValidationError` */
const accountOf = (targetPrincipal: string): string => {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(targetPrincipal)?.[1];
  if (account === undefined) throw fault('ValidationError', 'Request ARN is invalid');
  return account;
};
