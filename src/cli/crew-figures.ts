import { randomUuid } from '../crypto/random.ts';
import { CrewFigures, type Figures } from '../monitoring/figures.ts';
import { processMetrics } from '../observe/process-metrics.ts';
import { Registry } from '../observe/registry.ts';

/** Between the process that supervises and its workers, over the pipe that each was born with. */
type Message =
  /** Worker: somebody asks for the figures of all. */
  | { readonly kind: 'ask-figures'; readonly id: string }
  /** Supervisor: tell yours. */
  | { readonly kind: 'tell-figures'; readonly id: string }
  /** Worker: these are mine. Supervisor: these are of all. */
  | { readonly kind: 'figures'; readonly id: string; readonly figures: Figures };

/** A worker that takes longer to tell its figures counts with those it told last, in milliseconds. */
const patienceMs = 1000;
/** A supervisor that takes longer is on its way out, and a worker answers for itself alone. */
const longPatienceMs = 3000;

/** What the supervisor needs of a worker. */
interface Member {
  send(message: Message): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
  isConnected(): boolean;
}

/** Gathers the figures of all workers for whichever of them is asked. */
export class FiguresDesk {
  readonly #members = new Map<Member, Figures | undefined>();
  readonly #told = new Map<string, (figures: Figures) => void>();
  readonly #crew = new CrewFigures();
  readonly #own = new Registry();

  constructor() {
    processMetrics(this.#own);
  }

  /** A worker that serves. */
  join(member: Member): void {
    this.#members.set(member, undefined);
    member.on('message', (said) => {
      if (!isMessage(said)) return;
      if (said.kind === 'figures') {
        this.#members.set(member, said.figures);
        this.#told.get(said.id)?.(said.figures);
      } else if (said.kind === 'ask-figures') void this.#answer(member, said.id);
    });
    member.once('exit', () => {
      const last = this.#members.get(member);
      this.#members.delete(member);
      if (last) this.#crew.leave(last);
    });
  }

  async #answer(asking: Member, id: string): Promise<void> {
    const told = await Promise.all([...this.#members.keys()].map((member) => this.#ask(member)));
    const serving = told.filter((figures) => figures !== undefined);
    if (serving.length === 0 || !asking.isConnected()) return;
    const status = {
      pid: process.pid,
      uptimeSeconds: Math.floor(process.uptime()),
      residentBytes: process.memoryUsage.rss(),
    };
    asking.send({
      kind: 'figures',
      id,
      figures: this.#crew.together({ metrics: this.#own.snapshot(), status }, serving),
    });
  }

  /** @returns undefined: it ended, or has never told any */
  #ask(member: Member): Promise<Figures | undefined> {
    if (!member.isConnected()) return Promise.resolve(undefined);
    const id = randomUuid();
    return new Promise((resolve) => {
      const end = (figures: Figures | undefined): void => {
        clearTimeout(patience);
        this.#told.delete(id);
        resolve(figures);
      };
      const patience = setTimeout(() => end(this.#members.get(member)), patienceMs);
      this.#told.set(id, end);
      member.send({ kind: 'tell-figures', id });
    });
  }
}

/**
 * A worker's part: tells its figures when asked, and asks for those of all.
 *
 * @returns the figures of all workers
 */
export const figuresOfCrew = (own: () => Figures): (() => Promise<Figures>) => {
  const waiting = new Map<string, (figures: Figures) => void>();
  process.on('message', (said: unknown) => {
    if (!isMessage(said)) return;
    if (said.kind === 'tell-figures') tell({ kind: 'figures', id: said.id, figures: own() });
    else if (said.kind === 'figures') waiting.get(said.id)?.(said.figures);
  });
  return () =>
    new Promise((resolve) => {
      const id = randomUuid();
      const end = (figures: Figures): void => {
        clearTimeout(patience);
        waiting.delete(id);
        resolve(figures);
      };
      const patience = setTimeout(() => end(own()), longPatienceMs);
      waiting.set(id, end);
      tell({ kind: 'ask-figures', id });
    });
};

const tell = (message: Message): void => void process.send?.(message);

const isMessage = (said: unknown): said is Message =>
  typeof said === 'object' &&
  said !== null &&
  'kind' in said &&
  ['ask-figures', 'tell-figures', 'figures'].includes(String(said.kind));
