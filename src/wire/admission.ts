import type { BodyBudget } from './read-body.ts';

/** Counts the requests of a listener that are in flight, and says when there are too many. */
export class Admission {
  readonly #maxRequests: number;
  readonly #budget: BodyBudget;
  inFlight = 0;
  /** How many were refused since the start. */
  shed = 0;

  /** @param budget memory of bodies that arrive and of those that are worked on */
  constructor(maxRequests: number, budget: BodyBudget) {
    this.#maxRequests = maxRequests;
    this.#budget = budget;
  }

  /** A request was read. @returns false when there is no room for it: it is not counted */
  begin(bodyBytes: number): boolean {
    if (this.inFlight >= this.#maxRequests || !this.#budget.take(bodyBytes)) {
      this.shed++;
      return false;
    }
    this.inFlight++;
    return true;
  }

  /** A request that was counted is answered. */
  end(bodyBytes: number): void {
    this.inFlight--;
    this.#budget.give(bodyBytes);
  }
}
