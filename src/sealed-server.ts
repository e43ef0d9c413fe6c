import type { KeyObject } from 'node:crypto';
import { tlsIdentity } from './compose.ts';
import { type Config, isLoopback } from './config.ts';
import { randomUuid } from './crypto/random.ts';
import { Unsealing } from './seal/seal.ts';
import { SealError, WrongSecret } from './seal/seal-error.ts';
import { servicesOn } from './service-set.ts';
import { openStore } from './store/open.ts';
import { type AdminRoutes, adminAnswer } from './wire/admin.ts';
import type { HttpRequest, HttpResponse } from './wire/http-message.ts';
import { HttpServer } from './wire/http-server.ts';
import { defaultLimits } from './wire/limits.ts';
import { createSealedGateway } from './wire/sealed-gateway.ts';

/** A server that waits for its operators. */
export interface Sealed {
  readonly port: number;
  readonly secure: boolean;
  readonly progress: Unsealing['progress'];
  /** The root key, once enough was given; by then this server has answered and let go of its port. Never rejects. */
  readonly unsealed: Promise<KeyObject>;
  close(): Promise<void>;
}

/** Serves health and unseal, and ServiceUnavailable to everybody else, until operators have given what opens the seal. */
export const startSealed = async (config: Config, report: (error: unknown) => void): Promise<Sealed> => {
  const unsealing = new Unsealing(config.data, config.seal.settings);
  const { promise: unsealed, resolve } = Promise.withResolvers<KeyObject>();
  const store = await openStore({ data: ':memory:' });
  const gateway = createSealedGateway(
    servicesOn(store).all,
    config.region,
    routes(unsealing, (rootKey) => {
      // After this answer has left: close waits for it.
      setImmediate(() => void server.close().then(() => resolve(rootKey)));
    }),
  );
  const tls = await tlsIdentity(config);
  const server = new HttpServer({ handler: gateway, limits: defaultLimits, report, ...(tls && { tls }) });
  const { port } = await server.listen(config.port, config.host);
  return {
    port,
    secure: tls !== undefined,
    get progress() {
      return unsealing.progress;
    },
    unsealed,
    close: () => server.close(),
  };
};

const routes = (unsealing: Unsealing, done: (rootKey: KeyObject) => void): AdminRoutes => {
  const status = (): HttpResponse => answer(200, { status: 'sealed', ...unsealing.progress });
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
      if (given === undefined) return answer(400, { message: 'expected {"passphrase":"…"} or {"share":"…"}' });
      busy = true;
      try {
        const rootKey = await unsealing.give(given);
        if (!rootKey) return status();
        done(rootKey);
        return answer(200, { status: 'unsealed' });
      } catch (error) {
        if (error instanceof SealError)
          return answer(error instanceof WrongSecret ? 403 : 500, { message: error.message, ...unsealing.progress });
        throw error;
      } finally {
        busy = false;
      }
    },
  };
};

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
