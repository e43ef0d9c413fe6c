import cluster, { type Worker } from 'node:cluster';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { prepare, type Running, start } from '../compose.ts';
import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { Dealer, DealtConnections, type Ports } from './crew-connections.ts';
import { FiguresDesk, figuresOfCrew } from './crew-figures.ts';
import { TokenCounter, tokensOfCrew } from './crew-tokens.ts';

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

/** A worker that died is replaced after this many milliseconds, doubled for each that died without having served. */
const restartAfterMs = 100;
const longestRestartMs = 5000;

/** Several processes that serve one port and one store. */
export interface Supervised extends Pick<Running, 'url' | 'createdRootKey'> {
  /** Lets every worker answer what is in flight. */
  close(): Promise<void>;
}

/**
 * Prepares the store once, starts the workers, and replaces those that die. Connections come in through this process and are
 * dealt out in turn, so that a worker that dies takes no connection with it that it has not taken.
 *
 * @param rootKey absent: each worker finds it in `root.key`
 * @throws {ConfigError} a worker ended before it served
 */
export const supervise = async (
  config: Config,
  seedText: string | undefined,
  rootKey: KeyObject | undefined,
): Promise<Supervised> => {
  const createdRootKey = await prepare(config, seedText, rootKey);
  const dealer = new Dealer();
  const ports = await listen(dealer, config);
  cluster.setupPrimary({ serialization: 'advanced' });
  const crew = new Crew({ ports, ...(rootKey && { rootKey: rootKey.export() }) }, config.workers, dealer);
  try {
    const urls = await Promise.all(Array.from({ length: config.workers }, () => crew.add()));
    return { url: urls[0]!, createdRootKey, close: () => crew.close() };
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
  #closing = false;
  /** How many died in a row without having served. */
  #failures = 0;

  constructor(orders: Orders, workers: number, dealer: Dealer) {
    this.#orders = orders;
    this.#dealer = dealer;
    this.#tokens = new TokenCounter(workers);
  }

  /** Starts a worker. @returns where it serves @throws {ConfigError} it ended before it did */
  async add(): Promise<string> {
    const worker = cluster.fork();
    this.#workers.add(worker);
    // It may ask for tokens as soon as it listens.
    this.#tokens.join(worker);
    worker.send(this.#orders);
    const ended = once(worker, 'exit');
    const serving = new Promise<Serving>((resolve) => {
      worker.on('message', (said) => isServing(said) && resolve(said));
    });
    const first = await Promise.race([serving, ended]);
    if (!isServing(first)) {
      this.#workers.delete(worker);
      throw new ConfigError('a worker ended before it served; what it said before tells why');
    }
    this.#failures = 0;
    this.#figures.join(worker);
    this.#dealer.join(worker);
    void ended.then(() => this.#replace(worker));
    return first.url;
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

  #replace(worker: Worker): void {
    this.#workers.delete(worker);
    if (this.#closing) return;
    const { pid, exitCode, signalCode } = worker.process;
    process.stderr.write(`bulwark: worker ${pid} ended with ${signalCode ?? exitCode}; another takes its place\n`);
    this.#addLater();
  }

  #addLater(): void {
    setTimeout(
      () => {
        if (this.#closing) return;
        this.add().catch(() => {
          this.#failures++;
          this.#addLater();
        });
      },
      Math.min(restartAfterMs * 2 ** this.#failures, longestRestartMs),
    );
  }
}

const isServing = (said: unknown): said is Serving => typeof said === 'object' && said !== null && 'url' in said;

/** What a process does that {@link supervise} started. */
export const serveAsWorker = async (config: Config): Promise<void> => {
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
