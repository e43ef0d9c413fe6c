import { randomUuid } from './crypto/random.ts';
import type { Rotation } from './store/store.ts';
import { type AdminHandler, type AdminRoutes, adminAnswer } from './wire/admin.ts';
import type { HttpRequest, HttpResponse } from './wire/http-message.ts';

/** The header by which an operator proves that he has the root key: `milliseconds:hex`. */
export const proofHeader = 'x-bulwark-operator';

/** What is proved: this request, at this time. */
export const provenMessage = (method: string, path: string, ms: number): string => `${method} ${path} ${ms}`;

/** How far the operator's clock may be off, and how long a proof lasts. */
const windowMs = 60_000;

/** Routes that begin a rotation and tell its progress, for whoever has the root key. */
export const rotationRoutes = (rotation: Rotation): AdminRoutes => {
  let newest = 0;
  const proven =
    (handle: () => HttpResponse | Promise<HttpResponse>): AdminHandler =>
    (request) => {
      const ms = provenAt(rotation, request);
      // A proof counts once: one that was overheard is older than the newest.
      if (ms === undefined || ms <= newest || Math.abs(Date.now() - ms) > windowMs) {
        return answer(403, { message: 'only whoever has the root key may ask: use "bulwark rotate-keys"' });
      }
      newest = ms;
      return handle();
    };
  return {
    'GET /_bulwark/rotate-keys': proven(async () => answer(200, { ...(await rotation.progress()) })),
    'POST /_bulwark/rotate-keys': proven(async () => {
      await rotation.start();
      return answer(202, { ...(await rotation.progress()) });
    }),
  };
};

const provenAt = (rotation: Rotation, { method, path, headers }: HttpRequest): number | undefined => {
  const [, digits, hex] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(headers[proofHeader] ?? '') ?? [];
  if (digits === undefined || hex === undefined) return undefined;
  const ms = Number(digits);
  return rotation.isOperator(provenMessage(method, path, ms), Buffer.from(hex, 'hex')) ? ms : undefined;
};

const answer = (status: number, body: object): HttpResponse => adminAnswer(status, body, randomUuid());
