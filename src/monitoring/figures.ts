import { combined, countedBy } from '../observe/combine.ts';
import type { FamilySnapshot } from '../observe/exposition.ts';
import { type Status, togetherWith } from './status.ts';

/** What a server tells of itself: one process, or several together. It can be sent from one to another. */
export interface Figures {
  readonly metrics: readonly FamilySnapshot[];
  readonly status: Status;
}

/** The figures of several processes as those of one server, and what those have counted that are gone. */
export class CrewFigures {
  #gone: readonly FamilySnapshot[] = [];

  /** A process ended. @param last its figures when they were last read */
  leave(last: Figures): void {
    this.#gone = combined([this.#gone, countedBy(last.metrics)]);
  }

  /**
   * @param first of the process that started the others and serves nothing itself
   * @param serving of those, at least one
   */
  together(
    first: Pick<Figures, 'metrics'> & { readonly status: Parameters<typeof togetherWith>[0] },
    serving: readonly Figures[],
  ): Figures {
    return {
      metrics: combined([...serving.map(({ metrics }) => metrics), first.metrics, this.#gone]),
      status: togetherWith(
        first.status,
        serving.map(({ status }) => status),
      ),
    };
  }
}
