import type { Transaction } from '../store/store.ts';

/** How an invocation of a function ended. */
export type FunctionResult =
  | { readonly payload: string; readonly error?: undefined }
  /** It failed, ran out of time, or could not be started: Lambda's `FunctionError`, with what it said. */
  | { readonly error: string; readonly payload?: string };

/** Who invokes a function on its own account: a service, because of a resource. */
export interface ServiceInvoker {
  /** `secretsmanager.amazonaws.com` */
  readonly principal: string;
  /** `aws:SourceArn` and `aws:SourceAccount` of the decision. */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/**
 * Functions as other services use them; Lambda implements it, and the rotators that are built in stand behind it under ARNs
 * of their own.
 */
export interface Functions {
  /** Whether there is such a function, and whether its resource policy lets the service invoke it. */
  check(tx: Transaction, functionArn: string, invoker: ServiceInvoker): 'absent' | 'denied' | 'allowed';
  /**
   * The tags of a function, for decisions about callers who have a service invoke it; undefined: there is no such function
   * in the account, and of those of others nothing is told.
   *
   * @param account of the caller
   */
  findTags(tx: Transaction, functionArn: string, account: string): Readonly<Record<string, string>> | undefined;
  /**
   * Runs a function to its end, outside of any transaction, with the credentials of its execution role and nothing more.
   * Never rejects.
   *
   * @param payload JSON
   */
  invoke(functionArn: string, payload: string, invoker: ServiceInvoker): Promise<FunctionResult>;
}
