import { randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { serviceCaller } from '../../kernel/caller.ts';
import { contextOf } from '../../kernel/context.ts';
import { Fault } from '../../kernel/fault.ts';
import type { FunctionResult, Functions, ServiceInvoker } from '../../kernel/functions.ts';
import { evaluate } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import type { FunctionResource, LambdaFunctions } from './functions.ts';
import type { Invoker } from './invoker.ts';

/**
 * Functions as other services invoke them in their own name: the function's resource policy decides, and the journal has
 * each invocation.
 */
export const functionsFor = (functions: LambdaFunctions, invoker: Invoker): Functions => ({
  check: (tx, functionArn, by) => {
    const [, , , region = '', account = ''] = functionArn.split(':');
    const resource = find(functions, tx, functionArn);
    if (!resource) return 'absent';
    const caller = callerOf(by);
    const origin = originOf(by);
    const action = 'lambda:InvokeFunction';
    // The organization that a policy may ask about is asked when the function is invoked.
    const call = {
      tx,
      caller,
      region,
      account,
      origin,
      now: new Date(),
      organizations: { membershipOf: () => undefined },
    };
    const context = contextOf(call as unknown as Call, { action, resource });
    const { allowed } = evaluate({ principal: caller, action, resource, context, identity: [] });
    return allowed ? 'allowed' : 'denied';
  },
  findTags: (tx, functionArn, account) => {
    const resource = find(functions, tx, functionArn);
    return resource?.account === account ? resource.tags : undefined;
  },
  invoke: async (functionArn, payload, by) => {
    const [, , , region = ''] = functionArn.split(':');
    try {
      const outcome = await invoker.connection.pipeline.run({
        service: 'lambda',
        operation: 'Invoke',
        region,
        requestId: randomUuid(),
        origin: originOf(by),
        authenticate: () => callerOf(by),
        decode: () => ({ FunctionName: functionArn, Payload: Buffer.from(payload) }),
      });
      if (outcome.fault) return refused(outcome.fault);
      return resultOf(outcome.output as { readonly FunctionError?: string; readonly Payload: Uint8Array });
    } catch (error) {
      if (error instanceof Fault) return refused(error);
      throw error;
    }
  },
});

const callerOf = ({ principal, sourceArn, sourceAccount }: ServiceInvoker) =>
  serviceCaller(principal, { arn: sourceArn, account: sourceAccount });

/** It never leaves the process. */
const originOf = ({ principal }: ServiceInvoker) => ({ sourceIp: principal, userAgent: principal, secure: true });

const find = (functions: LambdaFunctions, tx: Transaction, functionArn: string): FunctionResource | undefined => {
  const [, , , region = '', account = ''] = functionArn.split(':');
  try {
    const resource = functions.select(functionArn, { tx, account, region });
    return 'absent' in resource ? undefined : resource;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
};

const refused = ({ code, message }: Fault): FunctionResult => ({ error: `${code}: ${message}` });

const resultOf = ({
  FunctionError,
  Payload,
}: {
  readonly FunctionError?: string;
  readonly Payload: Uint8Array;
}): FunctionResult => {
  const payload = Buffer.from(Payload).toString('utf8');
  return FunctionError === undefined ? { payload } : { error: FunctionError, payload };
};
