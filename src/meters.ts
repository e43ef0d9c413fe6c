import type { Meter } from './kernel/meter.ts';
import { kmsMeter } from './services/kms/metering.ts';
import { secretsMeter } from './services/secrets-manager/metering.ts';
import { ssmMeter } from './services/ssm/metering.ts';

/** The meters of all services that cost something: of those that serve, and of `bulwark cost`, which starts none. */
export const meters: readonly Meter[] = [kmsMeter, secretsMeter, ssmMeter];
