import { operatorAnswer, operatorOnly, type ProofCheck } from './operator-routes.ts';
import type { ChangeRequest, ChangeRequests, Verdict } from './services/service-quotas/index.ts';
import type { Store } from './store/store.ts';
import type { AdminRoutes } from './wire/admin.ts';

const path = '/_bulwark/quotas';

/** Routes by which an operator sees the requests for higher quotas that wait, and decides them. */
export const quotaRoutes = (
  store: Store,
  requests: ChangeRequests,
  now: () => Date,
  isOperator: ProofCheck,
): AdminRoutes => {
  const proven = operatorOnly(isOperator);
  return {
    [`GET ${path}`]: proven(async () =>
      operatorAnswer(200, { requests: await store.transact((tx) => requests.waiting(tx)) }),
    ),
    [`POST ${path}`]: proven(async ({ body }) => {
      const decision = parseDecision(body.toString('utf8'));
      if (!decision) return operatorAnswer(400, { message: 'expected {"id": …, "verdict": "APPROVED" or "DENIED"}' });
      const decided = await store.transact((tx): ChangeRequest | undefined => {
        const request = requests.find(tx, decision.id);
        return request?.status === 'PENDING' ? requests.decide(tx, request, decision.verdict, now()) : request;
      });
      if (!decided) return operatorAnswer(404, { message: `there is no request ${decision.id}` });
      if (decided.status !== decision.verdict) {
        return operatorAnswer(409, { message: `request ${decision.id} is ${decided.status} already` });
      }
      return operatorAnswer(200, { request: decided });
    }),
  };
};

const parseDecision = (text: string): { readonly id: string; readonly verdict: Verdict } | undefined => {
  try {
    const { id, verdict } = JSON.parse(text) as Record<string, unknown>;
    if (typeof id !== 'string' || !/^[0-9a-f]{1,64}$/.test(id)) return undefined;
    return verdict === 'APPROVED' || verdict === 'DENIED' ? { id, verdict } : undefined;
  } catch {
    return undefined;
  }
};
