import type { KeyObject } from 'node:crypto';
import { type Config, isLoopback } from './config.ts';
import { randomUuid } from './crypto/random.ts';
import { watchBuild } from './monitoring/build.ts';
import { metricsRoutes, serveMetrics } from './monitoring/endpoints.ts';
import { Registry } from './observe/registry.ts';
import { Unsealing } from './seal/seal.ts';
import { SealError, WrongSecret } from './seal/seal-error.ts';
import { servicesOn } from './service-set.ts';
import { IntegrityError } from './store/keyring.ts';
import { openStore } from './store/open.ts';
import { CannotOpenStore, NoStore } from './store/store.ts';
import { openStored } from './store/stored.ts';
import { tlsIdentity } from './tls-settings.ts';
import { listening } from './wire/acceptor.ts';
import { type AdminRoutes, adminAnswer } from './wire/admin.ts';
import type { HttpRequest, HttpResponse } from './wire/http-message.ts';
import { HttpServer } from './wire/http-server.ts';
import { defaultLimits } from './wire/limits.ts';
import { createSealedGateway } from './wire/sealed-gateway.ts';

/** A server that waits for its operators. */
export interface Sealed {
  readonly port: number;
  /** Where metrics are served besides; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  readonly secure: boolean;
  readonly progress: Unsealing['progress'];
  /** The root key, once enough was given; by then this server has answered and let go of its ports. Never rejects. */
  readonly unsealed: Promise<KeyObject>;
  close(): Promise<void>;
}

/**
 * Serves health, unseal and metrics, and ServiceUnavailable to everybody else, until operators have given what opens the
 * seal.
 */
export const startSealed = async (
  config: Config,
  report: (error: unknown, requestId: string) => void,
): Promise<Sealed> => {
  const unsealing = new Unsealing(config.data, config.seal.settings);
  const { promise: unsealed, resolve } = Promise.withResolvers<KeyObject>();
  const store = await openStore({ data: ':memory:' });
  const registry = new Registry();
  watchBuild(registry, { sealed: true });
  const figures = () => Promise.resolve({ metrics: registry.snapshot() });
  const gateway = createSealedGateway(servicesOn(store).all, config.region, {
    ...routes(unsealing, {
      requireFits: (rootKey) => requireFits(config, rootKey),
      done: (rootKey) => {
        // After this answer has left: close waits for it.
        setImmediate(() => void close().then(() => resolve(rootKey)));
      },
    }),
    ...metricsRoutes(figures),
  });
  const tls = await tlsIdentity(config);
  const server = new HttpServer({ handler: gateway, limits: defaultLimits, report, ...(tls && { tls }) });
  const metrics = await serveMetrics(figures, config, report, listening);
  const close = async (): Promise<void> => {
    await Promise.all([server.close(), metrics?.close()]);
  };
  const { port } = await server.listen(config.port, config.host).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    port,
    metricsPort: metrics?.port,
    secure: tls !== undefined,
    get progress() {
      return unsealing.progress;
    },
    unsealed,
    close,
  };
};

/** @throws {CannotOpenStore} what the seal kept is not the root key of the data, or the data cannot be opened */
const requireFits = async ({ data, database }: Config, rootKey: KeyObject): Promise<void> => {
  try {
    const { snapshot } = await openStored(database ?? data, rootKey);
    await snapshot.close();
  } catch (error) {
    // Made by "bulwark init", and never started.
    if (!(error instanceof NoStore)) throw error;
  }
};

interface Unsealer {
  /** @throws {Error} the server could not be started with this root key */
  requireFits(rootKey: KeyObject): Promise<void>;
  done(rootKey: KeyObject): void;
}

const routes = (unsealing: Unsealing, { requireFits, done }: Unsealer): AdminRoutes => {
  const status = (): HttpResponse => {
    try {
      unsealing.refresh();
      return answer(200, { status: 'sealed', ...unsealing.progress });
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      return answer(200, { status: 'sealed', ...unsealing.progress, message: error.message });
    }
  };
  let busy = false;
  return {
    'GET /_bulwark/health': () => ({ ...status(), status: 503 }),
    'GET /_bulwark/unseal': status,
    'POST /_bulwark/unseal': async (request) => {
      if (!request.secure && !isLoopback(request.remoteAddress.replace(/^::ffff:/, ''))) {
        return answer(403, {
          message: 'a secret crosses the network under TLS only; start with --tls, or unseal on this machine',
        });
      }
      // One at a time: a guess costs memory and time.
      if (busy) return answer(429, { message: 'another attempt is being checked' });
      const given = secretOf(request);
      if (given === undefined)
        return answer(400, { message: 'expected {"passphrase":"…"} or {"share":"…"}, and not an empty one' });
      busy = true;
      try {
        const rootKey = await unsealing.give(given);
        if (!rootKey) return status();
        await requireFits(rootKey);
        done(rootKey);
        return answer(200, { status: 'unsealed' });
      } catch (error) {
        if (!isToldToOperators(error)) throw error;
        return answer(error instanceof WrongSecret ? 403 : 500, { message: error.message, ...unsealing.progress });
      } finally {
        busy = false;
      }
    },
  };
};

const isToldToOperators = (error: unknown): error is Error =>
  error instanceof SealError || error instanceof CannotOpenStore || error instanceof IntegrityError;

const answer = (status: number, body: object): HttpResponse => adminAnswer(status, body, randomUuid());

const secretOf = ({ body }: HttpRequest): string | undefined => {
  try {
    const parsed = JSON.parse(body.toString()) as { passphrase?: unknown; share?: unknown } | null;
    const given = parsed?.passphrase ?? parsed?.share;
    return typeof given === 'string' && given !== '' ? given : undefined;
  } catch {
    return undefined;
  }
};
