import type { AssumeRootCommandInput, AssumeRootCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';

/**
 * Would give the management account of an organization a short task as root of a member account. No account of this server
 * has centralized root access, so everybody is refused.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export const assumeRoot: Operation<'AssumeRoot', Input<AssumeRootCommandInput>, Output<AssumeRootCommandOutput>> = {
  name: 'AssumeRoot',
  access: ({ TargetPrincipal, TaskPolicyArn }, { caller }) => {
    const target = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(TargetPrincipal)?.[1];
    if (target === undefined) throw fault('ValidationError', 'Request ARN is invalid');
    const arn = `arn:aws:iam::${target}:root`;
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRoot on resource: ${arn}`;
    return {
      resource: { arn, account: target, absent: fault('AccessDenied', message) },
      conditions: { 'sts:TaskPolicyArn': TaskPolicyArn.arn },
    };
  },
  handle: () => {
    throw new Error('there is no centralized root access');
  },
};
