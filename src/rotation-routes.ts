import { operatorAnswer, operatorOnly } from './operator-routes.ts';
import type { Rotation } from './store/store.ts';
import type { AdminRoutes } from './wire/admin.ts';

/** Routes that begin a rotation and tell its progress, for whoever has the root key. */
export const rotationRoutes = (rotation: Rotation): AdminRoutes => {
  const proven = operatorOnly((message, proof) => rotation.isOperator(message, proof));
  return {
    'GET /_bulwark/rotate-keys': proven(async () => operatorAnswer(200, { ...(await rotation.progress()) })),
    'POST /_bulwark/rotate-keys': proven(async () => {
      await rotation.start();
      return operatorAnswer(202, { ...(await rotation.progress()) });
    }),
  };
};
