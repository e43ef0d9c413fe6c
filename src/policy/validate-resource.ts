import { splitArn } from './arn.ts';
import { ANY, type Pattern } from './match.ts';
import { parseTemplate, type Template } from './variables.ts';

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc', '*'];

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/**
 * True where IAM's older parser gives up before the form of the resource is looked at: a known partition, then an empty
 * vendor or too few colons around an empty part.
 */
export function failsLegacyParsing(resource: string): boolean {
  if (resource === '*' || resourceError(resource) !== undefined) return false;
  const segments = segmentsOf(resource);
  return segments[2] === '' || (segments.length < 6 && segments.slice(0, -1).includes(''));
}

/**
 * What IAM answers for a Resource of a wrong form.
 *
 * @returns undefined for a good one
 */
export function resourceError(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const [arn = '', partition, vendor, region, account, path] = segmentsOf(resource);
  if (partition === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (arn !== 'arn' || !PARTITIONS.includes(partition)) {
    const rest = [vendor, region, account, path].map((segment) => segment ?? '*').join(':');
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${rest}".`;
  }
  if (vendor === undefined || /[*?$]/.test(vendor)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  if (vendor === 'iam') return iamResourceError(resource, region ?? '', path);
  // Access points and jobs of S3 have a region and an account; buckets and objects have neither.
  if (vendor === 's3' && (region ?? '') !== '' && account === '') {
    return `Resource ${resource} can not contain region information.`;
  }
  return undefined;
}

function iamResourceError(resource: string, region: string, path: string | undefined): string | undefined {
  if (region !== '' && region !== '*') return `IAM resource ${resource} cannot contain region information.`;
  // AssumeRoot is allowed on the root user's ARN, delegation has resources of its own; the message lists neither.
  if (
    path === undefined ||
    path === 'root' ||
    path.startsWith('delegation-request/') ||
    path.startsWith('*') ||
    IAM_PATHS.some((start) => path.startsWith(start))
  )
    return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
}

/** The written parts of a resource; colons inside of policy variables do not count. */
const segmentsOf = (resource: string): readonly string[] => splitArn(parseTemplate(resource, true)).map(written);

const written = (segment: Template | Pattern): string =>
  segment
    .map((token) => (typeof token === 'string' ? token : token === ANY ? '*' : typeof token === 'object' ? '$' : '?'))
    .join('');
