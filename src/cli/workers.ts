import cluster, { type Worker } from 'node:cluster';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { prepare, type Running, start } from '../compose.ts';
import type { Config } from '../config.ts';
import type { RootKeyMade } from '../first-start.ts';
import { openLog } from '../monitoring/log.ts';
import { CannotStart } from './cannot-start.ts';
import { Dealer, DealtConnections, type Ports } from './crew-connections.ts';
import { FiguresDesk, figuresOfCrew } from './crew-figures.ts';
import { TokenCounter, tokensOfCrew } from './crew-tokens.ts';
import { sentenceOf } from './mendable.ts';

/** What a worker is told first, over the pipe that it was born with. */
interface Orders {
  /** 32 bytes; absent: in `root.key`. */
  readonly rootKey?: Uint8Array;
  /** Where connections come in. */
  readonly ports: Ports;
}

/** What a worker says once it serves. */
interface Serving {
  readonly url: string;
}

/** What a worker says that cannot serve; then it ends. */
interface Failed {
  /** Why, in a sentence for the operator. */
  readonly failed: string;
}

/** A worker that died is replaced after this many milliseconds, doubled for each that died without having served. */
const restartAfterMs = 100;
const longestRestartMs = 5000;

/** Several processes that serve one port and one store. */
export interface Supervised extends Pick<Running, 'url' | 'createdRootKey'> {
  /** Lets every worker answer what is in flight. */
  close(): Promise<void>;
  /** Ends every worker at once. */
  kill(): void;
}

/**
 * Prepares the store once, starts the workers, and replaces those that die. Connections come in through this process and are
 * dealt out in turn, so that a worker that dies takes no connection with it that it has not taken.
 *
 * @param rootKey absent: each worker finds it in `root.key`
 * @param made told of the root access key that this creates, whether the workers then serve or not
 * @throws {CannotStart} a worker ended before it served
 */
export const supervise = async (
  config: Config,
  seedText: string | undefined,
  rootKey: KeyObject | undefined,
  made: RootKeyMade,
): Promise<Supervised> => {
  const createdRootKey = await prepare(config, seedText, rootKey, made);
  const dealer = new Dealer();
  const ports = await listen(dealer, config);
  cluster.setupPrimary({ serialization: 'advanced' });
  const crew = new Crew(
    { ports, ...(rootKey && { rootKey: rootKey.export() }) },
    config.workers,
    dealer,
    openLog(config),
  );
  try {
    const urls = await Promise.all(Array.from({ length: config.workers }, () => crew.add()));
    return { url: urls[0]!, createdRootKey, close: () => crew.close(), kill: () => crew.kill() };
  } catch (error) {
    await crew.close();
    throw error;
  }
};

/** @throws {Error} an address is in use or not ours; then nothing listens */
const listen = async (dealer: Dealer, { port, host, metricsPort, metadata }: Config): Promise<Ports> => {
  try {
    return {
      api: await dealer.listen('api', port, host),
      ...(metricsPort !== undefined && { metrics: await dealer.listen('metrics', metricsPort, host) }),
      ...(metadata && { metadata: await dealer.listen('metadata', metadata.port, metadata.host) }),
    };
  } catch (error) {
    dealer.close();
    throw error;
  }
};

class Crew {
  readonly #orders: Orders;
  readonly #workers = new Set<Worker>();
  readonly #figures = new FiguresDesk();
  readonly #tokens: TokenCounter;
  readonly #dealer: Dealer;
  readonly #log: Logger;
  #closing = false;
  /** How many died in a row without having served. */
  #failures = 0;
  /** Why the last of them did: said once, however often it is tried. */
  #complaint = '';

  constructor(orders: Orders, workers: number, dealer: Dealer, log: Logger) {
    this.#orders = orders;
    this.#dealer = dealer;
    this.#log = log;
    this.#tokens = new TokenCounter(workers);
  }

  /** Starts a worker. @returns where it serves @throws {CannotStart} it ended before it did */
  async add(): Promise<string> {
    const worker = cluster.fork();
    this.#workers.add(worker);
    // It may ask for tokens as soon as it listens.
    this.#tokens.join(worker);
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const first = firstWord(worker);
    worker.send(this.#orders, () => {});
    const said = await first;
    if ('failed' in said) {
      this.#workers.delete(worker);
      throw new CannotStart(said.failed);
    }
    this.#failures = 0;
    this.#complaint = '';
    this.#figures.join(worker);
    this.#dealer.join(worker);
    void ended.then(() => this.#replace(worker));
    return said.url;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#dealer.close();
    const workers = [...this.#workers];
    await Promise.all(
      workers.map((worker) => {
        if (worker.isDead()) return undefined;
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        return ended;
      }),
    );
  }

  kill(): void {
    for (const worker of this.#workers) worker.process.kill('SIGKILL');
  }

  #replace(worker: Worker): void {
    this.#workers.delete(worker);
    if (this.#closing) return;
    const { pid, exitCode, signalCode } = worker.process;
    this.#log.error({ worker: pid, endedWith: signalCode ?? exitCode }, 'a worker ended; another takes its place');
    this.#addLater();
  }

  #complain(why: string): void {
    if (this.#closing || why === this.#complaint) return;
    this.#complaint = why;
    this.#log.error({ cause: why }, 'a worker could not be started; tried again');
  }

  #addLater(): void {
    setTimeout(
      () => {
        if (this.#closing) return;
        this.add().catch((error: Error) => {
          this.#failures++;
          this.#complain(error.message);
          this.#addLater();
        });
      },
      Math.min(restartAfterMs * 2 ** this.#failures, longestRestartMs),
    );
  }
}

/** What becomes of a worker: it says so, or ends without a word. */
const firstWord = (worker: Worker): Promise<Serving | Failed> =>
  new Promise((resolve) => {
    worker.on('message', (said) => isFirstWord(said) && resolve(said));
    // The pipe is read to its end before: what a worker said may be heard after its end.
    Promise.all([once(worker.process, 'exit'), once(worker.process, 'disconnect')]).then(
      ([[exitCode, signalCode]]) =>
        resolve({ failed: `a worker ended with ${signalCode ?? exitCode} before it served` }),
      (error: Error) => resolve({ failed: `a worker cannot be started: ${error.message}` }),
    );
    // Its end tells enough.
    worker.on('error', () => {});
  });

const isFirstWord = (said: unknown): said is Serving | Failed =>
  typeof said === 'object' && said !== null && ('url' in said || 'failed' in said);

/** What a process does that {@link supervise} started. Where it cannot serve, it says why and ends. */
export const serveAsWorker = async (config: Config): Promise<void> => {
  try {
    await serveOrders(config);
  } catch (error) {
    const failed = sentenceOf(error);
    if (failed === undefined) throw error;
    // The pipe would keep it alive, and nobody would take its place.
    process.send!({ failed } satisfies Failed, () => process.exit(2));
  }
};

const serveOrders = async (config: Config): Promise<void> => {
  // A terminal sends SIGINT to all; the one that supervises decides.
  process.on('SIGINT', () => {});
  const [{ rootKey, ports }] = (await once(process, 'message')) as [Orders];
  const connections = new DealtConnections(ports);
  const running = await start(config, undefined, rootKey && createSecretKey(rootKey), {
    workers: config.workers,
    shared: config.database === undefined,
    figures: figuresOfCrew,
    tokens: tokensOfCrew(),
    accept: connections.acceptor,
  });
  rootKey?.fill(0);
  process.once('SIGTERM', async () => {
    await connections.leave();
    await running.close();
    process.exit(0);
  });
  process.send!({ url: running.url } satisfies Serving);
};
