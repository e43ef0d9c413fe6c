import { globalRegionOf, isPublicRegion } from './regions.ts';

/** What a Host header says about the service and region that a request is for. */
export interface HostNames {
  /** Endpoint prefix: `kms` of `kms.eu-west-2.amazonaws.com`, `kms-fips.…`, `kms.localhost:4566`. */
  readonly endpointPrefix?: string;
  /** The region that the host stands for; absent where any region is served. */
  readonly region?: string;
}

/**
 * Reads service and region from a Host header of the forms `service.region.domain` and `service.domain`. A global AWS host
 * (`iam.amazonaws.com`) stands for the partition's global region, every other host without a region for any region.
 */
export const hostNames = (host: string): HostNames => {
  let names = known.get(host);
  if (!names) {
    names = parse(host);
    if (host.length <= longestRemembered) {
      if (known.size >= mostRemembered) known.clear();
      known.set(host, names);
    }
  }
  return names;
};

const known = new Map<string, HostNames>();
const mostRemembered = 512;
const longestRemembered = 256;

const parse = (host: string): HostNames => {
  const [name = ''] = host.toLowerCase().split(':', 1);
  const [first = '', second = ''] = name.split('.', 2);
  if (first === '' || first === 'localhost' || !name.includes('.')) return {};
  const endpointPrefix = first.replace(/-fips$/, '');
  if (isPublicRegion(second)) return { endpointPrefix, region: second };
  if (name === `${first}.amazonaws.com`) return { endpointPrefix, region: globalRegionOf('us-east-1') };
  if (name === `${first}.amazonaws.com.cn`) return { endpointPrefix, region: globalRegionOf('cn-north-1') };
  return { endpointPrefix };
};
