import type { Registry } from '../observe/registry.ts';
import { version } from './version.ts';

/** Metrics of what runs here. @param sealed whether it waits for its operators: an alert stands on it */
export const watchBuild = (registry: Registry, { sealed }: { readonly sealed: boolean }): void => {
  registry.observed(
    'bulwark_build_info',
    'Version of server and runtime; always 1.',
    'gauge',
    () => [{ labels: { version, node: process.versions.node }, value: 1 }],
    'max',
  );
  registry.gauge(
    'bulwark_sealed',
    'Whether the server waits to be unsealed: 1, and all services are unavailable, or 0.',
    () => Number(sealed),
    'max',
  );
};
