import type { Recorded, Sequential } from './checker.ts';

/** A call to a record that holds one value, or is not there. */
export type RegisterCall =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: string }
  /** Writes only where the record holds what is expected; answers whether it did. */
  | { readonly kind: 'compare-and-set'; readonly expected: string | undefined; readonly value: string };

/** What came back: the value read, or whether it was set. */
export type RegisterAnswer = { readonly value: string | undefined } | { readonly done: boolean };

/** A recorded call. */
export type RegisterRecord = Recorded<RegisterCall, RegisterAnswer>;

/** One record, with one client at a time. */
export const register: Sequential<string | undefined, RegisterCall, RegisterAnswer> = {
  initial: undefined,
  apply: (state, call, answer) => {
    if (call.kind === 'write') return { state: call.value };
    if (call.kind === 'read')
      return !answer || ('value' in answer && answer.value === state) ? { state } : 'impossible';
    const holds = state === call.expected;
    if (answer && 'done' in answer && answer.done !== holds) return 'impossible';
    return { state: holds ? call.value : state };
  },
  isRead: ({ kind }, answer) =>
    kind === 'read' || (kind === 'compare-and-set' && answer !== undefined && 'done' in answer && !answer.done),
};
