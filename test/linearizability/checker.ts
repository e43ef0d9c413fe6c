/**
 * One call of a recorded history. Instants are milliseconds of one monotonic clock, that of whoever recorded it: the call
 * went out after the first and its answer had arrived by the second.
 */
export interface Recorded<Call, Answer> {
  readonly call: Call;
  /** undefined: the answer was lost, and the call may have happened, at any time after it went out, or never. */
  readonly answer: Answer | undefined;
  readonly from: number;
  /** Infinity where the answer was lost. */
  readonly to: number;
  /** Calls that take effect before this one, whatever the instants say. */
  readonly follows?: readonly Recorded<Call, Answer>[];
}

/** What one object does when one call comes after the other. */
export interface Sequential<State extends string | undefined, Call, Answer> {
  readonly initial: State;
  /**
   * @param answer undefined: any
   * @returns the state afterwards; `'impossible'`: nobody gets this answer in this state
   */
  readonly apply: (state: State, call: Call, answer: Answer | undefined) => { readonly state: State } | 'impossible';
  /** Whether a call with this answer leaves every state as it is. */
  readonly isRead: (call: Call, answer: Answer | undefined) => boolean;
}

/** A check that comes to so many steps is given up: some histories that are not linearizable take exponentially many. */
const maxSteps = 1_000_000;

/** What became of a check. */
export interface Verdict<Call, Answer> {
  readonly linearizable: boolean;
  /** How many configurations were looked at. */
  readonly configurations: number;
  /** The longest order that explains its calls; where the history is not linearizable, none of `stuck` can come next. */
  readonly longest: readonly Recorded<Call, Answer>[];
  readonly stuck: readonly Recorded<Call, Answer>[];
}

/**
 * Whether there is one order of all calls of one object in which each takes effect between its two instants and every
 * answer is the one that the object gives when the calls come one after the other.
 *
 * The algorithm is that of Wing and Gong (1993): try, as the next in the order, each call that no other must precede, and
 * go back where none explains its answer. As Lowe (2017) does, a configuration (which calls are in the order, and the
 * state) that led nowhere is remembered and not entered again, which makes it practical. A call that only reads, can come
 * next and fits the state comes next, and nothing else is tried: wherever else it stood in an order, it can stand here as
 * well. A history of several objects is checked object by object (Herlihy and Wing 1990, theorem 1: locality).
 *
 * Calls whose answers were lost and that ask for the same are interchangeable: of those that are not in the order, only the
 * one that went out first is tried. One that would change nothing is not tried at all.
 *
 * @throws {RangeError} it cannot be decided with {@link maxSteps}
 * @see J. Wing, C. Gong: "Testing and verifying concurrent objects", JPDC 17 (1993)
 * @see G. Lowe: "Testing for linearizability", Concurrency and Computation 29 (2017)
 */
export const checkLinearizable = <State extends string | undefined, Call, Answer>(
  history: readonly Recorded<Call, Answer>[],
  { initial, apply, isRead }: Sequential<State, Call, Answer>,
): Verdict<Call, Answer> => {
  const calls = history.toSorted((a, b) => a.from - b.from);
  const position = new Map(calls.map((call, at) => [call, at]));
  const follows = calls.map((call) => call.follows?.map((earlier) => position.get(earlier)!) ?? []);
  const ordered = new Uint8Array(calls.length);
  const twins = twinsIn(calls);
  let steps = 0;
  const answered = calls.filter(({ to }) => to !== Number.POSITIVE_INFINITY).length;
  const seen = new Set<string>();
  const path: { at: number; before: State; rest: number[] }[] = [];
  let state = initial;
  let done = 0;
  let longest: number[] = [];
  let stuck: number[] = [];

  const choices = (): number[] => {
    const next = nextIn(calls, ordered, follows, twins);
    const read = next.find((at) => {
      const { call, answer } = calls[at]!;
      return answer !== undefined && isRead(call, answer) && apply(state, call, answer) !== 'impossible';
    });
    return read === undefined ? next : [read];
  };

  let rest = choices();
  while (done < answered) {
    if (++steps > maxSteps) throw new RangeError(`more than ${maxSteps} steps`);
    const at = rest.pop();
    if (at === undefined) {
      const last = path.pop();
      if (!last) {
        return {
          linearizable: false,
          configurations: seen.size,
          longest: longest.map((index) => calls[index]!),
          stuck: stuck.map((index) => calls[index]!),
        };
      }
      ordered[last.at] = 0;
      if (calls[last.at]!.to !== Number.POSITIVE_INFINITY) done--;
      state = last.before;
      rest = last.rest;
      continue;
    }
    const { call, answer, to } = calls[at]!;
    const applied = apply(state, call, answer);
    if (applied === 'impossible') continue;
    if (answer === undefined && applied.state === state) continue;
    ordered[at] = 1;
    const configuration = `${nameOf(ordered)} ${applied.state ?? ''}`;
    if (seen.has(configuration)) {
      ordered[at] = 0;
      continue;
    }
    seen.add(configuration);
    path.push({ at, before: state, rest });
    state = applied.state;
    if (to !== Number.POSITIVE_INFINITY) done++;
    rest = choices();
    if (path.length > longest.length) {
      longest = path.map((step) => step.at);
      stuck = [...rest];
    }
  }
  return {
    linearizable: true,
    configurations: seen.size,
    longest: path.map((step) => calls[step.at]!),
    stuck: [],
  };
};

/**
 * Calls that can come next: no other that is still to come was answered before they went out. The one that was answered
 * first stands last, to be tried first; those whose answers were lost are tried when no other will do.
 */
const nextIn = (
  calls: readonly Recorded<unknown, unknown>[],
  ordered: Uint8Array,
  follows: readonly (readonly number[])[],
  twins: readonly number[],
): number[] => {
  const next: number[] = [];
  let earliestEnd = Number.POSITIVE_INFINITY;
  for (let at = ordered.indexOf(0); at >= 0 && at < calls.length; at++) {
    if (ordered[at]) continue;
    const { from, to } = calls[at]!;
    if (from > earliestEnd) break;
    earliestEnd = Math.min(earliestEnd, to);
    if (twins[at]! >= 0 && !ordered[twins[at]!]) continue;
    if (follows[at]!.every((earlier) => ordered[earlier])) next.push(at);
  }
  return next.sort((a, b) => calls[b]!.to - calls[a]!.to || b - a);
};

/** For each call whose answer was lost, the last one before it that asks for the same and was lost too; -1: there is none. */
const twinsIn = (calls: readonly Recorded<unknown, unknown>[]): number[] => {
  const last = new Map<string, number>();
  return calls.map(({ call, answer, follows }, at) => {
    if (answer !== undefined || follows) return -1;
    const asked = JSON.stringify(call);
    const before = last.get(asked) ?? -1;
    last.set(asked, at);
    return before;
  });
};

/** Names a set of calls by its last one and those missing before it, which are few. */
const nameOf = (ordered: Uint8Array): string => {
  const last = ordered.lastIndexOf(1);
  let name = String(last);
  for (let at = ordered.indexOf(0); at >= 0 && at < last; at = ordered.indexOf(0, at + 1)) name += `,${at}`;
  return name;
};
