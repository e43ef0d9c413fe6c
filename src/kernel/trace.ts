import type { JournalDecision, JournalResource } from '../journal/record.ts';
import type { OperationModel } from '../model/model.ts';
import type { Call } from './call.ts';
import type { Caller } from './caller.ts';
import type { Access } from './operation.ts';
import type { Registered } from './registered.ts';

/** What the journal learns of a call as it passes the stages. */
export interface Trace {
  readonly model: OperationModel;
  /** Whether the accounts whose resources it uses are told of it. */
  readonly sharesEvents: boolean;
  /** The decoded input; undefined when it was not decoded or not valid. */
  input: object | undefined;
  /** Who the input proved to ask, where no signature does. */
  caller: Caller | undefined;
  accesses: readonly Access[];
  /** What the policy engine answered so far, one for each access it was asked about. */
  readonly decisions: JournalDecision[];
  /** What the handler gets of them; undefined while they are not allowed. */
  // biome-ignore lint/suspicious/noExplicitAny: a resource, or a tuple of them, as the operation asked
  granted: any;
  /** CloudTrail's `additionalEventData`. */
  eventData: object | undefined;
  /** What stands for the answer, where it is not the operation's own. */
  answered: object | undefined;
  /** What the call made, where its accesses do not name it. */
  made: JournalResource | undefined;
}

/** What is known of a call before its first stage. */
export const newTrace = ({ model, sharesEvents }: Registered): Trace => ({
  model,
  sharesEvents,
  input: undefined,
  caller: undefined,
  accesses: [],
  decisions: [],
  granted: undefined,
  eventData: undefined,
  answered: undefined,
  made: undefined,
});

/** What the operation itself has the journal know of a call that succeeded. */
export const tellOutput = (trace: Trace, operation: Registered['operation'], output: unknown, call: Call): void => {
  trace.eventData = operation.eventData?.(output, trace.granted);
  trace.answered = operation.answered?.(output, trace.granted);
  trace.made = operation.made?.(output, call);
};
