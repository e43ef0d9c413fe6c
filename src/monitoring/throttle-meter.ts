import type { RequestThrottle } from '../kernel/throttle.ts';
import type { Registry } from '../observe/registry.ts';

/**
 * Counts requests that a throttle refuses.
 *
 * @see KMS developer guide: "Monitor KMS keys with Amazon CloudWatch", CloudHSMKeyStoreThrottle, ExternalKeyStoreThrottle
 */
export const throttleMeter = (registry: Registry): ((throttle: RequestThrottle) => RequestThrottle) => {
  const refused = registry.counters(
    'bulwark_throttled_requests_total',
    'Requests refused because they were above a request quota; `of`: the custom key store whose quota it is.',
    ['service', 'operation', 'quota', 'of'],
  );
  return (throttle) => ({
    take: (quota, call) => {
      const taken = throttle.take(quota, call);
      if (!taken) refused.of(call.service, call.operation, quota.name, quota.at?.of ?? '').add();
      return taken;
    },
  });
};
