/** A partition of AWS: its regions, the region of its global services, and the domain of its endpoints. */
export interface Partition {
  readonly name: string;
  readonly dnsSuffix: string;
  /** Signing region of IAM and of the other services without regional endpoints. */
  readonly globalRegion: string;
  readonly regions: readonly string[];
}

/** AWS's public partitions. @see AWS General Reference: "AWS service endpoints"; botocore `endpoints.json` 1.43.11 */
export const partitions: readonly Partition[] = [
  {
    name: 'aws',
    dnsSuffix: 'amazonaws.com',
    globalRegion: 'us-east-1',
    regions: [
      ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
      ...['ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5'],
      ...[
        'ap-southeast-6',
        'ap-southeast-7',
        'ca-central-1',
        'ca-west-1',
        'eu-central-1',
        'eu-central-2',
        'eu-north-1',
      ],
      ...['eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1'],
      ...['me-south-1', 'mx-central-1', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
    ],
  },
  {
    name: 'aws-cn',
    dnsSuffix: 'amazonaws.com.cn',
    globalRegion: 'cn-north-1',
    regions: ['cn-north-1', 'cn-northwest-1'],
  },
  {
    name: 'aws-us-gov',
    dnsSuffix: 'amazonaws.com',
    globalRegion: 'us-gov-west-1',
    regions: ['us-gov-east-1', 'us-gov-west-1'],
  },
  {
    name: 'aws-eusc',
    dnsSuffix: 'amazonaws.eu',
    globalRegion: 'eusc-de-east-1',
    regions: ['eusc-de-east-1'],
  },
];

const partitionByRegion = new Map(
  partitions.flatMap((partition) => partition.regions.map((region) => [region, partition] as const)),
);

/** True for the name of a public AWS region. */
export const isPublicRegion = (region: string): boolean => partitionByRegion.has(region);

/** Where a region's global services sign: `us-east-1`, except in the other partitions. Unknown regions count as `aws`. */
export const globalRegionOf = (region: string): string => partitionByRegion.get(region)?.globalRegion ?? 'us-east-1';

/**
 * Signing names of services without regional endpoints: one region of the partition serves them all.
 *
 * @see botocore `endpoints.json` 1.43.11, `isRegionalized: false`
 */
export const globalServices: ReadonlySet<string> = new Set([
  'budgets',
  'ce',
  'cloudfront',
  'iam',
  'organizations',
  'route53',
  'shield',
]);
