import type { Counter } from '../observe/instruments.ts';
import type { Registry } from '../observe/registry.ts';
import type { Decision } from '../policy/decision.ts';

/** Counts decisions of the policy engine by what they were and what decided them. */
export const decisionMeter = (registry: Registry): ((decision: Decision) => void) => {
  const decisions = registry.counters(
    'bulwark_authorization_decisions_total',
    'Decisions of the policy engine: allow, deny (no policy of this type allows) or explicit-deny, and the type that decided.',
    ['decision', 'by'],
  );
  const counters = new Map<string, Meter>();
  return (decision) => {
    const by = decision.allowed ? decision.by : decision.policyType;
    let meter = counters.get(by);
    if (!meter) {
      const of = (name: string): Counter => decisions.of(name, by);
      meter = { allow: of('allow'), deny: of('deny'), explicitDeny: of('explicit-deny') };
      counters.set(by, meter);
    }
    if (decision.allowed) meter.allow.value++;
    else if (decision.explicit) meter.explicitDeny.value++;
    else meter.deny.value++;
  };
};

type Meter = Readonly<Record<'allow' | 'deny' | 'explicitDeny', Counter>>;
